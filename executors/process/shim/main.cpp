// rota-shim FOLDER [LOCK REPORT]: runs one attempt of the process executor.
//
// It outlives the daemon: it holds the lock of the run folder while it lives, starts the command
// once the start is durable, and records how it ended. LOCK and REPORT are descriptors from the
// executor: the lock, already taken, and a pipe for one line about the start. Without them (by
// hand) it takes the lock itself. It does nothing if another process has the lock, or if the folder
// shows that the attempt ran or never may.
#include "executors/process/shim/attempt.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

namespace {

namespace run_folder = rota::run_folder;
namespace system = rota::system;
using system::descriptor;

/// The executor reaps its child at once, and the shim continues as an orphan. Returns false if no
/// process can be created.
bool leave_parent() {
  const pid_t pid = ::fork();
  if (pid > 0)
    ::_exit(0);
  return pid == 0 && ::setsid() >= 0;
}

bool is_same_file(const descriptor& one, const descriptor& other) {
  struct stat a {};
  struct stat b {};
  return ::fstat(one.get(), &a) == 0 && ::fstat(other.get(), &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

bool may_run(const descriptor& folder) {
  return !system::exists({folder, run_folder::fenced_file}) && !run_folder::read_result(folder) &&
         !run_folder::read_started(folder, run_folder::started_file);
}

void record_shim(const descriptor& lock, const system::process_identity& self) {
  const std::string text = run_folder::encode(self);
  if (::ftruncate(lock.get(), 0) == 0)
    (void)system::write_all(lock, text);
}

int run_attempt(const std::string& path, descriptor given_lock, const descriptor& report) {
  const auto report_line = [&](const std::string& line) {
    (void)system::write_all(report, line + '\n');
  };
  const descriptor folder = system::open_folder(path);
  if (!folder.is_open()) {
    report_line("passing cannot open " + path + ": " + system::reason_of(errno));
    return 1;
  }
  const descriptor own_lock = run_folder::open_lock(folder);
  const bool is_given = given_lock.is_open() && is_same_file(given_lock, own_lock);
  const descriptor& lock = is_given ? given_lock : own_lock;
  if (!system::try_lock(lock) || !may_run(folder)) {
    report_line("taken");
    return 0;
  }
  auto order = run_folder::read_order(folder);
  const auto self = system::facts_of(::getpid());
  if (!order || order->runs.empty() || !self) {
    report_line("passing cannot read the order of the attempt");
    return 1;
  }
  record_shim(lock, self->self);
  rota::shim::attempt{folder, self->self, std::move(*order), report_line}.run();
  return 0;
}

descriptor descriptor_of(const char* number) {
  descriptor given{std::atoi(number)};
  ::fcntl(given.get(), F_SETFD, FD_CLOEXEC);
  return given;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4)
    return 2;
  ::signal(SIGPIPE, SIG_IGN);
  if (argc == 2)
    return run_attempt(argv[1], descriptor{}, descriptor{});
  descriptor lock = descriptor_of(argv[2]);
  const descriptor report = descriptor_of(argv[3]);
  if (!leave_parent()) {
    (void)system::write_all(report, "passing cannot fork the shim\n");
    return 1;
  }
  return run_attempt(argv[1], std::move(lock), report);
}
