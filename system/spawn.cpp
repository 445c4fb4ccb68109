#include "system/spawn.hpp"

#include "system/environment.hpp"
#include "system/process_identity.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace rota::system {
namespace {

/// The call that failed in a new process, reported to its parent.
struct failed_call {
  const char* name = nullptr; ///< Null: the program could not be executed.
  int error = 0;
};

/// Everything that the new process needs, prepared before it exists.
struct preparation {
  const program& what;
  char* const* arguments;
  char* const* environment;
  /// They become descriptors 0, 1, 2 and so on; one that is not open leaves its number unchanged.
  const std::vector<descriptor>& descriptors;
  int report;
  pid_t parent;
};

[[noreturn]] void report_and_exit(const preparation& ready, failed_call why) {
  [[maybe_unused]] const ssize_t count = ::write(ready.report, &why, sizeof why);
  ::_exit(127);
}

void check(const preparation& ready, const char* name, int returned) {
  if (returned < 0)
    report_and_exit(ready, {name, errno});
}

void reset_signals(bool keeps_ignored) {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction now {};
    const bool is_kept = keeps_ignored && number != SIGPIPE &&
                         ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
    if (!is_kept)
      ::sigaction(number, &standard, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Runs in the new process, in the parent's memory: uses system calls only.
[[noreturn]] void set_up_and_execute(const preparation& ready) {
  const program& what = ready.what;
  if (what.group == process_group::own)
    check(ready, "setpgid", ::setpgid(0, 0));
  else if (what.group == process_group::own_session)
    check(ready, "setsid", ::setsid());
  if (what.death_signal != 0) {
    check(ready, "prctl", ::prctl(PR_SET_PDEATHSIG, what.death_signal));
    if (::getppid() != ready.parent)
      ::_exit(127);
  }
  reset_signals(what.keeps_ignored_signals);
  int number = 0;
  for (const descriptor& each : ready.descriptors) {
    if (each.is_open())
      check(ready, "dup2", ::dup2(each.get(), number));
    ++number;
  }
  if (!what.keeps_descriptors)
    check(ready, "close_range",
          ::close_range(static_cast<unsigned>(number), ~0U, CLOSE_RANGE_CLOEXEC));
  ::execvpe(ready.arguments[0], ready.arguments, ready.environment);
  report_and_exit(ready, {nullptr, errno});
}

/// The child shares the parent's memory and stack until it executes the program or fails, while
/// this thread is suspended: copying the memory map of a large daemon would take too long. No
/// signal handler may run in the child.
[[gnu::noinline]] pid_t start(const preparation& ready) {
  const pid_t pid = ::vfork();
  if (pid == 0)
    set_up_and_execute(ready);
  return pid;
}

pid_t start_without_signals(const preparation& ready) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = start(ready);
  const int kept = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = kept;
  return pid;
}

/// A copy whose number is not among those that the program gets.
descriptor copy_above(int number, std::size_t given) {
  return descriptor{::fcntl(number, F_DUPFD_CLOEXEC, static_cast<int>(given))};
}

/// The report of the new process; nothing if it executed the program.
std::optional<failed_call> read_report(const descriptor& report) {
  failed_call why;
  ssize_t count = 0;
  do {
    count = ::read(report.get(), &why, sizeof why);
  } while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(sizeof why) ? std::optional{why} : std::nullopt;
}

} // namespace

process_end reap(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const bool by_signal = WIFSIGNALED(status);
  return {by_signal, by_signal ? WTERMSIG(status) : WEXITSTATUS(status)};
}

child::~child() {
  if (pid_ < 0)
    return;
  signal_group(SIGKILL);
  signal(SIGKILL);
  reap();
}

bool child::ends_within(std::chrono::milliseconds most) const {
  return pid_ < 0 || wait_for_end(handle_, static_cast<int>(most.count()));
}

void child::signal(int number) const {
  if (pid_ > 0)
    ::kill(pid_, number);
}

void child::signal_group(int number) const {
  if (pid_ > 0 && leads_group_)
    ::kill(-pid_, number);
}

process_end child::reap() {
  handle_.close();
  return system::reap(std::exchange(pid_, -1));
}

result<child> spawn(program what) {
  const std::string name = what.words.front();
  const auto failed = [&](const char* call, int number) {
    return call_error{"cannot start " + name + ": " + call, number};
  };
  std::vector<int> given{what.in, what.out, what.err};
  given.insert(given.end(), what.more.begin(), what.more.end());
  std::vector<descriptor> descriptors;
  for (const int number : given) {
    const auto wanted = static_cast<int>(descriptors.size());
    const bool is_in_place = number == wanted && wanted <= STDERR_FILENO;
    descriptors.push_back(is_in_place ? descriptor{} : copy_above(number, given.size()));
    if (!is_in_place && !descriptors.back().is_open())
      return failed("fcntl", errno);
  }
  pipe_ends report;
  if (const int error = open_pipe(report))
    return failed("pipe2", error);
  report.write = copy_above(report.write.get(), given.size());
  if (!report.write.is_open())
    return failed("fcntl", errno);

  const std::vector<char*> arguments = pointers_to(what.words);
  std::vector<char*> variables;
  if (what.environment)
    variables = pointers_to(*what.environment);
  const pid_t pid =
      start_without_signals({what, arguments.data(), what.environment ? variables.data() : environ,
                             descriptors, report.write.get(), ::getpid()});
  if (pid < 0)
    return failed("vfork", errno);
  report.write.close();
  child started{pid, what.group != process_group::ours, open_process(pid)};
  const int error = started.handle().is_open() ? 0 : errno;
  if (const auto why = read_report(report.read)) {
    started.reap();
    return why->name != nullptr ? failed(why->name, why->error)
                                : call_error{"cannot run " + name, why->error};
  }
  if (error != 0)
    return failed("pidfd_open", error);
  return started;
}

} // namespace rota::system
