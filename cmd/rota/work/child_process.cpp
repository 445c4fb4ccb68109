#include "cmd/rota/work/child_process.hpp"

#include "system/environment.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace rota::client {

namespace {

using system::descriptor;

// After the end, this much is still read from a pipe. It is more than a pipe holds, so it only
// truncates the output of a process that left its group and continues to write.
constexpr std::size_t after_end_bytes_max = std::size_t{4} << 20;

void make_nonblocking(const descriptor& end) {
  ::fcntl(end.get(), F_SETFL, ::fcntl(end.get(), F_GETFL) | O_NONBLOCK);
}

start_error error_of(const system::call_error& error) {
  const bool resources = error.number == EAGAIN || error.number == ENOMEM ||
                         error.number == EMFILE || error.number == ENFILE ||
                         error.number == ETXTBSY;
  return {error.text(), resources};
}

std::vector<std::string>
environment_with(const std::vector<std::pair<std::string, std::string>>& additions) {
  std::vector<std::string> all = system::inherited_variables();
  for (const auto& [name, value] : additions)
    system::put_variable(all, name + "=" + value);
  return all;
}

void keep_last(std::string& text, std::size_t bytes) {
  text.erase(0, text.size() - std::min(text.size(), bytes));
}

// Passes available bytes to `take` until there are none for now or `bytes_max` were read; closes
// the descriptor at its end.
template <class Take>
void read_all(descriptor& from, std::size_t bytes_max, Take take) {
  std::array<char, 65536> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init)
  std::size_t total = 0;
  while (from.is_open() && total < bytes_max) {
    const ssize_t count = ::read(from.get(), bytes.data(), bytes.size());
    if (count > 0) {
      take(std::string_view{bytes.data(), static_cast<std::size_t>(count)});
      total += static_cast<std::size_t>(count);
    } else if (count < 0 && errno == EINTR) {
      continue;
    } else {
      if (count == 0 || errno != EAGAIN)
        from.close();
      return;
    }
  }
}

} // namespace

child_process::started child_process::start(child_command command) {
  system::pipe_ends in, out, err;
  for (system::pipe_ends* ends : {&in, &out, &err})
    if (const int error = open_pipe(*ends); error != 0)
      return error_of({"cannot create a pipe", error});
  system::program program;
  program.words = std::move(command.words);
  program.environment = environment_with(command.environment);
  program.in = in.read.get();
  program.out = out.write.get();
  program.err = err.write.get();
  program.keeps_descriptors = true;
  program.keeps_ignored_signals = true;
  program.group = system::process_group::own;
  program.death_signal = SIGKILL;
  auto started = system::spawn(std::move(program));
  if (!started)
    return error_of(started.error());

  child_process child;
  child.process_ = std::move(*started);
  child.stdin_ = std::move(in.write);
  child.stdout_ = std::move(out.read);
  child.stderr_ = std::move(err.read);
  for (const descriptor* end : {&child.stdin_, &child.stdout_, &child.stderr_})
    make_nonblocking(*end);
  child.input_ = std::move(command.input);
  child.write_input();
  return child;
}

void child_process::add_to(std::vector<pollfd>& entries) const {
  entries.push_back({process_.handle().get(), POLLIN, 0});
  if (stdin_.is_open())
    entries.push_back({stdin_.get(), POLLOUT, 0});
  if (stdout_.is_open())
    entries.push_back({stdout_.get(), POLLIN, 0});
  if (stderr_.is_open())
    entries.push_back({stderr_.get(), POLLIN, 0});
}

void child_process::handle(std::span<const pollfd> entries) {
  bool has_ended = false;
  for (const pollfd& entry : entries) {
    if (entry.revents == 0 || entry.fd < 0)
      continue;
    if (entry.fd == stdin_.get())
      write_input();
    if (entry.fd == stdout_.get())
      read_output();
    if (entry.fd == stderr_.get())
      read_errors();
    if (entry.fd == process_.handle().get())
      has_ended = true;
  }
  if (has_ended)
    handle_end();
}

void child_process::write_input() {
  while (stdin_.is_open() && written_ < input_.size()) {
    const ssize_t count = ::write(stdin_.get(), input_.data() + written_, input_.size() - written_);
    if (count < 0) {
      if (errno == EINTR)
        continue;
      if (errno == EAGAIN)
        return;
      break; // The process has closed its stdin.
    }
    written_ += static_cast<std::size_t>(count);
  }
  stdin_.close();
  input_ = {};
}

void child_process::read_output() {
  read_all(stdout_, after_end_bytes_max, [this](std::string_view bytes) {
    const std::size_t free = output_bytes_max - output_.size();
    output_is_cut_ = output_is_cut_ || bytes.size() > free;
    output_.append(bytes.substr(0, free));
  });
}

void child_process::read_errors() {
  read_all(stderr_, after_end_bytes_max, [this](std::string_view bytes) {
    error_tail_.append(bytes);
    if (error_tail_.size() > 2 * error_bytes_max)
      keep_last(error_tail_, error_bytes_max);
  });
}

// The process remains a zombie until its group is killed, so that its id cannot be reused before.
void child_process::handle_end() {
  if (ended_ || !process_.ends_within(std::chrono::milliseconds{0}))
    return;
  signal(SIGKILL);
  end_ = process_.reap();
  ended_ = true;
  read_output();
  read_errors();
  stdin_.close();
  stdout_.close();
  stderr_.close();
  keep_last(error_tail_, error_bytes_max);
}

} // namespace rota::client
