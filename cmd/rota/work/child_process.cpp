#include "cmd/rota/work/child_process.hpp"

#include "system/environment.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace rota::client {

namespace {

using executors::descriptor;
using executors::open_pipe;
using executors::pipe_ends;
using executors::pointers_to;

// What is still in a pipe after the end is read up to this much: more than a pipe holds, so only
// a process that left its group and goes on writing is cut off.
constexpr std::size_t after_end_bytes_max = std::size_t{4} << 20;

// glibc 2.36 declares its own pidfd_open() in a way that C++ can't link.
int open_pidfd(pid_t process) { return static_cast<int>(::syscall(SYS_pidfd_open, process, 0)); }

void make_nonblocking(const descriptor& end) {
  ::fcntl(end.get(), F_SETFL, ::fcntl(end.get(), F_GETFL) | O_NONBLOCK);
}

start_error error_of(int number, std::string_view what) {
  const bool resources = number == EAGAIN || number == ENOMEM || number == EMFILE ||
                         number == ENFILE || number == ETXTBSY;
  return {std::string(what) + ": " + std::generic_category().message(number), resources};
}

std::vector<std::string>
environment_with(const std::vector<std::pair<std::string, std::string>>& additions) {
  std::vector<std::string> all;
  for (std::string& text : executors::inherited_variables()) {
    const auto name = std::string_view{text}.substr(0, text.find('='));
    const bool replaced = std::any_of(additions.begin(), additions.end(),
                                      [&](const auto& added) { return added.first == name; });
    if (!replaced)
      all.push_back(std::move(text));
  }
  executors::append_variables(all, additions);
  return all;
}

// All that the new process needs, made before the fork: after it nothing may be allocated.
struct prepared {
  char* const* arguments;
  char* const* environment;
  int in, out, err, failure;
  pid_t parent;
};

// Runs in the new process. Only calls that are safe between fork and exec.
[[noreturn]] void become(const prepared& ready) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != ready.parent)
    ::_exit(127);
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::dup2(ready.in, STDIN_FILENO) >= 0 && ::dup2(ready.out, STDOUT_FILENO) >= 0 &&
      ::dup2(ready.err, STDERR_FILENO) >= 0) {
    ::execvpe(ready.arguments[0], ready.arguments, ready.environment);
  }
  const int error = errno;
  [[maybe_unused]] const ssize_t told = ::write(ready.failure, &error, sizeof error);
  ::_exit(127);
}

// 0 when the program runs, else why not. The pipe closes when the exec succeeds.
int failure_told(const descriptor& pipe) {
  int error = 0;
  ssize_t count = 0;
  do {
    count = ::read(pipe.get(), &error, sizeof error);
  } while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(sizeof error) ? error : 0;
}

// Calls `take` with what the descriptor has until it has no more for now, at most `bytes_max`
// bytes; closes it at its end.
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
  pipe_ends in, out, err, failure;
  for (pipe_ends* ends : {&in, &out, &err, &failure})
    if (const int error = open_pipe(*ends); error != 0)
      return error_of(error, "cannot create a pipe");
  std::vector<std::string> environment = environment_with(command.environment);
  const std::vector<char*> arguments = pointers_to(command.words);
  const std::vector<char*> variables = pointers_to(environment);
  const prepared ready{arguments.data(), variables.data(),    in.read.get(), out.write.get(),
                       err.write.get(),  failure.write.get(), ::getpid()};
  const pid_t process = ::fork();
  if (process == 0)
    become(ready);
  if (process < 0)
    return error_of(errno, "cannot start a process");

  child_process child;
  child.process_.number = process;
  ::setpgid(process, process); // Both sides do it, so that it is done whoever comes first.
  failure.write.close();
  const int error = failure_told(failure.read);
  child.handle_ = descriptor{open_pidfd(process)};
  if (error != 0)
    return error_of(error, "cannot run " + command.words.front());
  if (!child.handle_.is_open())
    return error_of(errno, "cannot watch the process");
  child.stdin_ = std::move(in.write);
  child.stdout_ = std::move(out.read);
  child.stderr_ = std::move(err.read);
  make_nonblocking(child.stdin_);
  make_nonblocking(child.stdout_);
  make_nonblocking(child.stderr_);
  child.input_ = std::move(command.input);
  child.write_input();
  return child;
}

child_process::~child_process() {
  if (process_.number < 0 || ended_)
    return;
  signal(SIGKILL);
  ::waitpid(process_.number, nullptr, 0);
}

void child_process::add_to(std::vector<pollfd>& entries) const {
  entries.push_back({handle_.get(), POLLIN, 0});
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
    if (entry.fd == handle_.get())
      has_ended = true;
  }
  if (has_ended)
    notice_end();
}

void child_process::signal(int number) const {
  if (process_.number >= 0 && !ended_)
    ::kill(-process_.number, number);
}

void child_process::write_input() {
  while (stdin_.is_open() && written_ < input_.size()) {
    const ssize_t count = ::write(stdin_.get(), input_.data() + written_, input_.size() - written_);
    if (count < 0) {
      if (errno == EINTR)
        continue;
      if (errno == EAGAIN)
        return;
      break; // It doesn't want to read on.
    }
    written_ += static_cast<std::size_t>(count);
  }
  stdin_.close();
  input_ = {};
}

void child_process::read_output() {
  read_all(stdout_, after_end_bytes_max, [this](std::string_view bytes) {
    const std::size_t room = output_bytes_max - output_.size();
    output_is_cut_ = output_is_cut_ || bytes.size() > room;
    output_.append(bytes.substr(0, room));
  });
}

void child_process::read_errors() {
  read_all(stderr_, after_end_bytes_max, [this](std::string_view bytes) {
    error_tail_.append(bytes);
    if (error_tail_.size() > 2 * error_bytes_max) {
      error_tail_.erase(0, error_tail_.size() - error_bytes_max);
    }
  });
}

// The process stays a zombie until its group is killed, so that its number can't have become
// someone else's.
void child_process::notice_end() {
  siginfo_t info{};
  const auto number = static_cast<id_t>(process_.number);
  if (::waitid(P_PID, number, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
    return;
  signal(SIGKILL);
  ::waitid(P_PID, number, &info, WEXITED);
  ended_ = true;
  end_ = {info.si_code != CLD_EXITED, info.si_status};
  read_output();
  read_errors();
  stdin_.close();
  stdout_.close();
  stderr_.close();
  handle_.close();
  if (error_tail_.size() > error_bytes_max) {
    error_tail_.erase(0, error_tail_.size() - error_bytes_max);
  }
}

} // namespace rota::client
