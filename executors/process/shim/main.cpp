// rota-shim FOLDER [LOCK REPORT]: keeps one attempt of the process executor company.
//
// It outlives the daemon: it holds the lock of the run folder as long as it lives, starts the command
// when the start is durable, and writes down how it ended. LOCK and REPORT are descriptors from the
// executor: the lock, taken already, and a pipe for one line about the start. Without them (by hand)
// it takes the lock itself. It does nothing when somebody else has the lock or when the folder says
// that the attempt ran or never may.
#include "executors/process/shim/attempt.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

namespace {

namespace run_folder = rota::run_folder;
using run_folder::file;

/// The executor reaps its child at once; the shim goes on as nobody's.
/// False when the machine has no process left.
bool leave_parent() {
  const pid_t pid = ::fork();
  if (pid > 0)
    ::_exit(0);
  return pid == 0 && ::setsid() >= 0;
}

bool is_same_file(const file& one, const file& other) {
  struct stat a {};
  struct stat b {};
  return ::fstat(one.get(), &a) == 0 && ::fstat(other.get(), &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

bool may_run(const file& folder) {
  return !run_folder::exists_at(folder, run_folder::fenced_file) &&
         !run_folder::read_result(folder) &&
         !run_folder::read_started(folder, run_folder::started_file);
}

void sign(const file& lock, const run_folder::process_identity& self) {
  const std::string text = run_folder::encode(self);
  if (::ftruncate(lock.get(), 0) == 0)
    (void)run_folder::write_all(lock, text);
}

int keep(const std::string& path, file given_lock, const file& report) {
  const auto tell = [&](const std::string& line) {
    (void)run_folder::write_all(report, line + '\n');
  };
  const file folder = run_folder::open_folder(path);
  if (!folder.is_open()) {
    tell("passing cannot open " + path + ": " + run_folder::error_text(errno));
    return 1;
  }
  const file own_lock = run_folder::open_lock(folder);
  const bool is_given = given_lock.is_open() && is_same_file(given_lock, own_lock);
  const file& lock = is_given ? given_lock : own_lock;
  if (!run_folder::try_lock(lock) || !may_run(folder)) {
    tell("taken");
    return 0;
  }
  auto order = run_folder::read_order(folder);
  const auto self = run_folder::facts_of(::getpid());
  if (!order || order->runs.empty() || !self) {
    tell("passing cannot read the order of the attempt");
    return 1;
  }
  sign(lock, self->self);
  rota::shim::attempt{folder, self->self, std::move(*order), tell}.run();
  return 0;
}

file descriptor_of(const char* number) {
  const int descriptor = std::atoi(number);
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return file{descriptor};
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4)
    return 2;
  ::signal(SIGPIPE, SIG_IGN);
  if (argc == 2)
    return keep(argv[1], file{}, file{});
  file lock = descriptor_of(argv[2]);
  const file report = descriptor_of(argv[3]);
  if (!leave_parent()) {
    (void)run_folder::write_all(report, "passing cannot fork the shim\n");
    return 1;
  }
  return keep(argv[1], std::move(lock), report);
}
