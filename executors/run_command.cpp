#include "executors/run_command.hpp"

#include "system/descriptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <limits>
#include <optional>

namespace rota::executors {
namespace {

using steady = std::chrono::steady_clock;

backend_error errno_error(const std::string& what, int number) {
  return backend_error{what + ": " + std::strerror(number)};
}

/// A file without a name: the child never waits for us to read, and nothing is left behind.
class memory_file {
public:
  explicit memory_file(const char* name) : file_(::memfd_create(name, MFD_CLOEXEC)) {}

  [[nodiscard]] int number() const { return file_.get(); }

  [[nodiscard]] bool fill(const std::string& bytes) const {
    return write_all(file_, bytes) == 0 && ::lseek(number(), 0, SEEK_SET) == 0;
  }

  [[nodiscard]] std::string bytes() const {
    return read_part(file_, 0, std::numeric_limits<std::size_t>::max());
  }

private:
  descriptor file_;
};

/// What the child is like: our three files, nothing else open, a group and signals of its own.
class spawn_settings {
public:
  spawn_settings(const memory_file& in, const memory_file& out, const memory_file& err) {
    ::posix_spawn_file_actions_init(&files_);
    ::posix_spawn_file_actions_adddup2(&files_, in.number(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&files_, out.number(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&files_, err.number(), STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                 POSIX_SPAWN_SETPGROUP);
  }
  spawn_settings(const spawn_settings&) = delete;
  spawn_settings& operator=(const spawn_settings&) = delete;
  ~spawn_settings() {
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* files() const { return &files_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
    continue;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// Whether the child ends before `until` and before it is to stop; it isn't waited for.
bool ends_before(const descriptor& child, steady::time_point until, const std::atomic<bool>* stop) {
  constexpr long look_ms = 100; // how late a stop is noticed
  while (stop == nullptr || !*stop) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now()).count();
    if (left <= 0)
      return false;
    pollfd watched{child.get(), POLLIN, 0};
    if (::poll(&watched, 1, static_cast<int>(std::min<long>(left, look_ms))) > 0)
      return true;
  }
  return false;
}

} // namespace

backend_result<command_outcome> run_command(const command_line& command) {
  const auto until = steady::now() + command.deadline;
  const std::string& program = command.words.front();
  const memory_file in{"in"};
  const memory_file out{"out"};
  const memory_file err{"err"};
  if (in.number() < 0 || out.number() < 0 || err.number() < 0 || !in.fill(command.input))
    return errno_error("cannot allocate memory for the input and output of " + program, errno);

  auto words = command.words;
  std::vector<std::string> environment;
  append_variables(environment, command.environment);
  const spawn_settings settings{in, out, err};
  pid_t child = 0;
  const int failed =
      ::posix_spawnp(&child, program.c_str(), settings.files(), settings.attributes(),
                     pointers_to(words).data(), pointers_to(environment).data());
  if (failed != 0)
    return errno_error("cannot run " + program, failed);

  const descriptor watched{static_cast<int>(::syscall(SYS_pidfd_open, child, 0))};
  const bool ended = watched.get() < 0 || ends_before(watched, until, command.stop);
  if (!ended)
    ::kill(-child, SIGKILL);
  const int status = wait_for(child);
  if (!ended && command.stop != nullptr && *command.stop)
    return backend_error{program + " was stopped because rotad is shutting down"};
  if (!ended)
    return backend_error{program + " did not answer within " +
                         std::to_string(command.deadline.count()) + " ms"};
  return command_outcome{status, out.bytes(), err.bytes()};
}

} // namespace rota::executors
