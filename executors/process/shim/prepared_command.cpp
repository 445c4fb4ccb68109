#include "executors/process/shim/prepared_command.hpp"

#include "system/environment.hpp"
#include "system/spawn.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <string_view>

namespace rota::shim {
namespace {

using system::descriptor;

enum class stage : int { ready, session, streams, limits, folder, program };

/// Report of the new process to the shim: it is ready, or what failed.
struct setup_report {
  stage at = stage::ready;
  int error = 0;
};

void send_report(int reports, setup_report what) {
  while (::write(reports, &what, sizeof what) < 0 && errno == EINTR) {
  }
}

[[noreturn]] void report_and_exit(int reports, stage at, int error) {
  send_report(reports, {at, error});
  ::_exit(127);
}

std::optional<setup_report> read_report(int reports) {
  setup_report what;
  ssize_t count = 0;
  do {
    count = ::read(reports, &what, sizeof what);
  } while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(sizeof what) ? std::optional{what} : std::nullopt;
}

command_failure failure_of(const setup_report& what, const command_setup& setup) {
  const std::string reason = system::reason_of(what.error);
  const bool is_temporary = system::is_temporary(what.error);
  switch (what.at) {
  case stage::folder:
    return {"the working folder " + setup.order.cwd + ": " + reason, is_temporary};
  case stage::program:
    return {"cannot run " + setup.run.words.front() + ": " + reason, is_temporary};
  case stage::limits: return {"cannot set the limits of the process: " + reason, is_temporary};
  default: return {"cannot set up the process: " + reason, true};
  }
}

std::vector<std::string> environment_of(const command_setup& setup) {
  std::vector<std::string> all = system::inherited_variables();
  for (const std::string& variable : setup.order.environment)
    system::put_variable(all, variable);
  for (const std::string& variable : setup.run.environment)
    system::put_variable(all, variable);
  return all;
}

int set_limit(int which, const std::optional<std::int64_t>& limit) {
  rlimit now{};
  if (!limit)
    return 0;
  if (::getrlimit(static_cast<__rlimit_resource>(which), &now) != 0)
    return errno;
  const rlim_t wanted = std::min(static_cast<rlim_t>(*limit), now.rlim_max);
  const rlimit both{wanted, wanted};
  return ::setrlimit(static_cast<__rlimit_resource>(which), &both) == 0 ? 0 : errno;
}

int set_limits(const run_folder::run_limits& limits) {
  const int error = set_limit(RLIMIT_CORE, 0);
  return error == 0 ? set_limit(RLIMIT_NOFILE, limits.open_files) : error;
}

/// Returns 0 if it can be executed, else errno.
int check_program(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return errno;
  if (!S_ISREG(status.st_mode))
    return EACCES;
  return ::access(path.c_str(), X_OK) == 0 ? 0 : errno;
}

struct found_program {
  std::string path;
  int error = 0;
};

/// Searches like a shell, in the PATH of the command's environment.
found_program find_program(const std::string& word, const std::vector<std::string>& environment) {
  if (word.find('/') != std::string::npos)
    return {word, check_program(word)};
  std::string_view folders = "/usr/local/bin:/usr/bin:/bin";
  for (const std::string& variable : environment)
    if (variable.starts_with("PATH="))
      folders = std::string_view{variable}.substr(5);
  found_program found{word, ENOENT};
  while (true) {
    const std::string_view folder = folders.substr(0, folders.find(':'));
    const std::string path = (folder.empty() ? "." : std::string(folder)) + '/' + word;
    const int error = check_program(path);
    if (error == 0)
      return {path, 0};
    if (error == EACCES)
      found.error = error;
    if (folder.size() == folders.size())
      return found;
    folders.remove_prefix(folder.size() + 1);
  }
}

std::size_t bytes_of(const std::vector<std::string>& texts) {
  std::size_t bytes = sizeof(char*);
  for (const std::string& text : texts)
    bytes += text.size() + 1 + sizeof(char*);
  return bytes;
}

/// Returns 0 if the kernel accepts the size. Checked before the start, after which the command
/// would count as run.
int check_size(const std::vector<std::string>& words, const std::vector<std::string>& environment) {
  constexpr std::size_t one_max = 131'072; // MAX_ARG_STRLEN, with the final zero
  const auto too_long = [](const std::string& text) { return text.size() >= one_max; };
  const auto all_max = static_cast<std::size_t>(::sysconf(_SC_ARG_MAX));
  const bool fits = std::none_of(words.begin(), words.end(), too_long) &&
                    std::none_of(environment.begin(), environment.end(), too_long) &&
                    bytes_of(words) + bytes_of(environment) + PATH_MAX < all_max;
  return fits ? 0 : E2BIG;
}

void reset_signals() {
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void wait_for_release(int gate, pid_t shim) {
  char go = 0;
  ssize_t count = 0;
  do {
    count = ::read(gate, &go, 1);
  } while (count < 0 && errno == EINTR);
  if (count != 1 || ::getppid() != shim)
    ::_exit(127);
}

/// Runs in the new process. The shim has one thread, so any function may be called here.
[[noreturn]] void set_up_and_execute(const command_setup& setup, pid_t shim, int gate,
                                     int reports) {
  if (::setsid() < 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != shim)
    report_and_exit(reports, stage::session, errno);
  reset_signals();
  if (::dup2(setup.in, STDIN_FILENO) < 0 || ::dup2(setup.out, STDOUT_FILENO) < 0 ||
      ::dup2(setup.err, STDERR_FILENO) < 0)
    report_and_exit(reports, stage::streams, errno);
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  if (!setup.order.cwd.empty() && ::chdir(setup.order.cwd.c_str()) != 0)
    report_and_exit(reports, stage::folder, errno);
  std::vector<std::string> environment = environment_of(setup);
  std::vector<std::string> words = setup.run.words;
  const found_program program = find_program(words.front(), environment);
  if (program.error != 0)
    report_and_exit(reports, stage::program, program.error);
  if (const int error = check_size(words, environment))
    report_and_exit(reports, stage::program, error);
  if (const int error = set_limits(setup.order.limits))
    report_and_exit(reports, stage::limits, error);
  send_report(reports, {});
  wait_for_release(gate, shim);
  ::execvpe(program.path.c_str(), system::pointers_to(words).data(),
            system::pointers_to(environment).data());
  report_and_exit(reports, stage::program, errno);
}

} // namespace

prepared_command::prepared_command(pid_t pid, descriptor gate, descriptor reports)
    : pid_(pid), gate_(std::move(gate)), reports_(std::move(reports)) {}

std::variant<prepared_command, command_failure>
prepared_command::start(const command_setup& setup) {
  system::pipe_ends gate, reports;
  int error = system::open_pipe(gate);
  if (error == 0)
    error = system::open_pipe(reports);
  if (error != 0)
    return command_failure{"cannot create a pipe: " + system::reason_of(error), true};
  const pid_t shim = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0)
    return command_failure{"cannot start the process: " + system::reason_of(errno), true};
  if (pid == 0) {
    gate.write.close();
    set_up_and_execute(setup, shim, gate.read.get(), reports.write.get());
  }
  reports.write.close();
  const auto report = read_report(reports.read.get());
  if (report && report->at == stage::ready)
    return prepared_command{pid, std::move(gate.write), std::move(reports.read)};
  system::reap(pid);
  return report ? failure_of(*report, setup)
                : command_failure{"the process died before it was set up", true};
}

void prepared_command::release() {
  while (::write(gate_.get(), "g", 1) < 0 && errno == EINTR) {
  }
  gate_.close();
}

std::optional<command_failure> prepared_command::failure(const run_folder::run_order& run) const {
  const auto report = read_report(reports_.get());
  if (!report)
    return std::nullopt;
  return command_failure{"cannot run " + run.words.front() + ": " +
                             system::reason_of(report->error),
                         system::is_temporary(report->error)};
}

void drop(prepared_command job) {
  const pid_t pid = job.pid();
  ::kill(pid, SIGKILL);
  system::reap(pid);
}

} // namespace rota::shim
