#include "bench/common/child_process.hpp"

#include "bench/common/system_calls.hpp"
#include "system/files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <stdexcept>

namespace rota::bench {

namespace {

bool listens(std::uint16_t port) {
  const auto to = tcp_socket();
  const auto address = loopback_address(port);
  return connect(to.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

} // namespace

std::uint16_t free_port() {
  const auto any = tcp_socket();
  auto address = loopback_address(0);
  auto* const to = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (bind(any.get(), to, size) != 0 || getsockname(any.get(), to, &size) != 0)
    throw system_failure("cannot find a free port");
  return ntohs(address.sin_port);
}

std::uint16_t port_in_line(const std::string& line) {
  const auto words = line.find("listening on ");
  const auto colon = line.rfind(':');
  if (words == std::string::npos || colon == std::string::npos || colon < words)
    return 0;
  std::uint16_t port = 0;
  std::from_chars(line.data() + colon + 1, line.data() + line.size(), port);
  return port;
}

child_process::child_process(const std::vector<std::string>& command, const std::string& log,
                             const stop_signal& stop, std::chrono::seconds timeout) {
  start(command, log, output_to::pipe);
  await_port(stop, timeout, log);
}

child_process::child_process(const std::vector<std::string>& command, const std::string& log,
                             const stop_signal& stop, std::uint16_t port,
                             std::chrono::seconds timeout)
    : port_(port) {
  start(command, log, output_to::log);
  await_connection(stop, timeout, log);
}

std::unique_ptr<child_process> child_process::launch(const std::vector<std::string>& command,
                                                     const std::string& log) {
  std::unique_ptr<child_process> child{new child_process};
  child->start(command, log, output_to::pipe);
  return child;
}

std::size_t child_process::unread_bytes() const {
  int bytes = 0;
  if (ioctl(output_.get(), FIONREAD, &bytes) != 0)
    throw system_failure("cannot read the size of a child's output");
  return static_cast<std::size_t>(bytes);
}

void child_process::run(const std::vector<std::string>& command, const std::string& log,
                        std::chrono::seconds timeout) {
  child_process child;
  child.start(command, log, output_to::log);
  if (!child.await_end(timeout) || child.process_.reap().shell_status() != 0)
    throw std::runtime_error(command.at(0) + " failed; see " + log);
}

child_process::~child_process() { stop(); }

void child_process::start(const std::vector<std::string>& command, const std::string& log,
                          output_to output) {
  if (access(command.at(0).c_str(), X_OK) != 0)
    throw system_failure("cannot run " + command[0]);
  system::pipe_ends pipe;
  if (system::open_pipe(pipe) != 0)
    throw system_failure("pipe2");
  const auto log_file = system::open_file(log, O_WRONLY | O_CREAT | O_APPEND);
  if (!log_file.is_open())
    throw system_failure("cannot write " + log);
  system::program what;
  what.words = command;
  what.out = output == output_to::pipe ? pipe.write.get() : log_file.get();
  what.err = log_file.get();
  what.keeps_descriptors = true;
  what.keeps_ignored_signals = true;
  // Ctrl-C must reach only the bench, which then stops its children.
  what.group = system::process_group::own;
  what.death_signal = SIGTERM;
  auto started = system::spawn(std::move(what));
  if (!started)
    throw std::runtime_error(started.error().text());
  process_ = std::move(*started);
  output_ = std::move(pipe.read);
}

void child_process::await_port(const stop_signal& stop, std::chrono::seconds timeout,
                               const std::string& log) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::string text;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    std::array<pollfd, 2> waits{{{output_.get(), POLLIN, 0}, {stop.descriptor(), POLLIN, 0}}};
    const int found = poll(waits.data(), waits.size(), static_cast<int>(left.count()));
    if (found < 0 && errno == EINTR)
      continue;
    if (waits[1].revents != 0)
      throw stopped_by_signal();
    if (left.count() <= 0 || found <= 0)
      throw std::runtime_error("a server did not report its port in time; see " + log);
    std::array<char, 4096> piece;
    const auto size = read(output_.get(), piece.data(), piece.size());
    if (size <= 0)
      throw std::runtime_error("a server ended before it listened; see " + log);
    text.append(piece.data(), static_cast<std::size_t>(size));
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      port_ = port_in_line(text.substr(0, end));
      text.erase(0, end + 1);
      if (port_ != 0)
        return;
    }
  }
}

void child_process::await_connection(const stop_signal& stop, std::chrono::seconds timeout,
                                     const std::string& log) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!listens(port_)) {
    if (await_end(std::chrono::seconds(0)))
      throw std::runtime_error("a server ended before it listened; see " + log);
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("a server did not listen in time; see " + log);
    stop.pause(std::chrono::milliseconds(1));
  }
}

bool child_process::await_end(std::chrono::seconds timeout) {
  return process_.ends_within(timeout);
}

bool child_process::stop(std::chrono::seconds timeout) {
  process_.signal(SIGTERM);
  const bool ended = await_end(timeout);
  kill();
  return ended;
}

void child_process::kill() {
  process_.signal(SIGKILL);
  if (process_.pid() > 0)
    process_.reap();
  output_.close();
}

} // namespace rota::bench
