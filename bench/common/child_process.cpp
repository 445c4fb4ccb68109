#include "bench/common/child_process.hpp"

#include "bench/common/system_failure.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <stdexcept>

namespace rota::bench {

namespace {

/// Runs in the child between fork and exec. Never returns.
[[noreturn]] void become(const std::vector<std::string>& command, int output, int log) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  // A Ctrl-C is for the bench, which then stops its children itself.
  setpgid(0, 0);
  dup2(output, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const auto& word : command) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

/// A socket of TCP and the address 127.0.0.1:`port`.
struct loopback_socket {
  explicit loopback_socket(std::uint16_t port)
      : descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (descriptor < 0) {
      throw system_failure("socket");
    }
  }
  ~loopback_socket() { close(descriptor); }
  loopback_socket(const loopback_socket&) = delete;
  loopback_socket& operator=(const loopback_socket&) = delete;

  int descriptor;
  sockaddr_in address{};
};

bool listens(std::uint16_t port) {
  const loopback_socket to(port);
  return connect(to.descriptor, reinterpret_cast<const sockaddr*>(&to.address),
                 sizeof to.address) == 0;
}

} // namespace

std::uint16_t free_port() {
  loopback_socket any(0);
  auto* const address = reinterpret_cast<sockaddr*>(&any.address);
  socklen_t size = sizeof any.address;
  if (bind(any.descriptor, address, size) != 0 ||
      getsockname(any.descriptor, address, &size) != 0) {
    throw system_failure("can't find a free port");
  }
  return ntohs(any.address.sin_port);
}

std::uint16_t port_in_line(const std::string& line) {
  const auto words = line.find("listening on ");
  const auto colon = line.rfind(':');
  if (words == std::string::npos || colon == std::string::npos || colon < words) {
    return 0;
  }
  std::uint16_t port = 0;
  std::from_chars(line.data() + colon + 1, line.data() + line.size(), port);
  return port;
}

child_process::child_process(const std::vector<std::string>& command, const std::string& log,
                             const stop_signal& stop, std::chrono::seconds patience) {
  start(command, log, output_to::pipe);
  try {
    await_port(stop, patience, log);
  } catch (...) {
    kill();
    throw;
  }
}

child_process::child_process(const std::vector<std::string>& command, const std::string& log,
                             const stop_signal& stop, std::uint16_t port,
                             std::chrono::seconds patience)
    : port_(port) {
  start(command, log, output_to::log);
  try {
    await_connection(stop, patience, log);
  } catch (...) {
    kill();
    throw;
  }
}

std::unique_ptr<child_process> child_process::begin(const std::vector<std::string>& command,
                                                    const std::string& log) {
  std::unique_ptr<child_process> child{new child_process};
  child->start(command, log, output_to::pipe);
  return child;
}

std::size_t child_process::written() const {
  int bytes = 0;
  if (ioctl(output_, FIONREAD, &bytes) != 0) {
    throw system_failure("can't look into a child's output");
  }
  return static_cast<std::size_t>(bytes);
}

void child_process::run(const std::vector<std::string>& command, const std::string& log,
                        std::chrono::seconds patience) {
  child_process child;
  child.start(command, log, output_to::log);
  if (!child.await_end(patience) || child.reap() != 0) {
    throw std::runtime_error(command.at(0) + " failed; see " + log);
  }
}

child_process::~child_process() { stop(); }

void child_process::start(const std::vector<std::string>& command, const std::string& log,
                          output_to output) {
  if (access(command.at(0).c_str(), X_OK) != 0) {
    throw system_failure("can't run " + command[0]);
  }
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) {
    throw system_failure("pipe2");
  }
  const int log_file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log_file < 0) {
    throw system_failure("can't write " + log);
  }
  pid_ = fork();
  if (pid_ < 0) {
    throw system_failure("fork");
  }
  if (pid_ == 0) {
    become(command, output == output_to::pipe ? pipe[1] : log_file, log_file);
  }
  close(pipe[1]);
  close(log_file);
  output_ = pipe[0];
  pid_descriptor_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  if (pid_descriptor_ < 0) {
    throw system_failure("pidfd_open");
  }
}

void child_process::await_port(const stop_signal& stop, std::chrono::seconds patience,
                               const std::string& log) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::string text;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    std::array<pollfd, 2> waits{{{output_, POLLIN, 0}, {stop.descriptor(), POLLIN, 0}}};
    const int found = poll(waits.data(), waits.size(), static_cast<int>(left.count()));
    if (found < 0 && errno == EINTR) {
      continue;
    }
    if (waits[1].revents != 0) {
      throw stopped_by_signal();
    }
    if (left.count() <= 0 || found <= 0) {
      throw std::runtime_error("a server didn't say in time where it listens; see " + log);
    }
    std::array<char, 4096> piece;
    const auto size = read(output_, piece.data(), piece.size());
    if (size <= 0) {
      throw std::runtime_error("a server ended before it listened; see " + log);
    }
    text.append(piece.data(), static_cast<std::size_t>(size));
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      port_ = port_in_line(text.substr(0, end));
      text.erase(0, end + 1);
      if (port_ != 0) {
        return;
      }
    }
  }
}

void child_process::await_connection(const stop_signal& stop, std::chrono::seconds patience,
                                     const std::string& log) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!listens(port_)) {
    if (await_end(std::chrono::seconds(0))) {
      throw std::runtime_error("a server ended before it listened; see " + log);
    }
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("a server didn't listen in time; see " + log);
    }
    stop.pause(std::chrono::milliseconds(1));
  }
}

bool child_process::await_end(std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  pollfd wait{pid_descriptor_, POLLIN, 0};
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    const int found = poll(&wait, 1, left.count() < 0 ? 0 : static_cast<int>(left.count()));
    if (found == 0 || (found < 0 && errno != EINTR)) {
      return false;
    }
    if (found > 0) {
      return true;
    }
  }
}

int child_process::reap() {
  int status = 0;
  waitpid(pid_, &status, 0);
  close(pid_descriptor_);
  close(output_);
  pid_ = -1;
  return status;
}

bool child_process::stop(std::chrono::seconds patience) {
  if (pid_ <= 0) {
    return true;
  }
  ::kill(pid_, SIGTERM);
  const bool ended = await_end(patience);
  if (!ended) {
    ::kill(pid_, SIGKILL);
  }
  reap();
  return ended;
}

void child_process::kill() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    reap();
  }
}

} // namespace rota::bench
