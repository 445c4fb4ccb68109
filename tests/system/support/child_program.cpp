#include "tests/system/support/child_program.hpp"

#include "tests/support/files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace rota::tests {
namespace {

std::string path_of(const char* variable, const char* built) {
  const char* given = std::getenv(variable);
  return given != nullptr && *given != '\0' ? given : built;
}

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// After fork, in the child: only what is safe there.
[[noreturn]] void become(char* const* arguments, int out, int err, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent)
    ::_exit(127);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  ::syscall(SYS_close_range, 3U, ~0U, 0U);
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

int open_output(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0)
    fail("open " + file.string());
  return descriptor;
}

} // namespace

std::string rotad_path() { return path_of("ROTAD", ROTA_ROTAD_BINARY); }
std::string rota_path() { return path_of("ROTA", ROTA_ROTA_BINARY); }
std::string rota_sim_path() { return path_of("ROTA_SIM", ROTA_SIM_BINARY); }

child_program::child_program(const std::vector<std::string>& command,
                             const std::filesystem::path& out, const std::filesystem::path& err) {
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int out_descriptor = open_output(out);
  const int err_descriptor = open_output(err);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0)
    become(arguments.data(), out_descriptor, err_descriptor, parent);
  ::close(out_descriptor);
  ::close(err_descriptor);
  if (pid_ < 0)
    fail("fork");
  pid_descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  if (pid_descriptor_ < 0)
    fail("pidfd_open");
}

child_program::~child_program() {
  if (!status_) {
    signal(SIGKILL);
    wait();
  }
  ::close(pid_descriptor_);
}

bool child_program::running() { return !wait(std::chrono::milliseconds{0}); }

void child_program::signal(int number) {
  if (!status_)
    ::kill(pid_, number);
}

std::optional<int> child_program::wait(std::chrono::milliseconds most) {
  if (status_)
    return status_;
  pollfd ended{pid_descriptor_, POLLIN, 0};
  if (::poll(&ended, 1, static_cast<int>(most.count())) <= 0)
    return std::nullopt;
  int raw = 0;
  if (::waitpid(pid_, &raw, 0) != pid_)
    fail("waitpid");
  status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  return status_;
}

ended_program run_to_end(const std::vector<std::string>& command, std::chrono::milliseconds most) {
  const temporary_folder folder;
  ended_program ended;
  {
    child_program child{command, folder.path() / "out", folder.path() / "err"};
    ended.status = child.wait(most).value_or(-1);
  }
  ended.out = read_whole(folder.path() / "out");
  ended.err = read_whole(folder.path() / "err");
  return ended;
}

} // namespace rota::tests
