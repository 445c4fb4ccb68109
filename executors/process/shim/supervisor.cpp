#include "executors/process/shim/supervisor.hpp"

#include "system/files.hpp"
#include "system/process_identity.hpp"
#include "system/spawn.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

namespace rota::shim {
namespace {

using run_folder::kill_request;
using run_folder::stop_request;

constexpr std::int64_t patience_ms = 10'000;
constexpr long between_rounds_ns = 20'000'000;

sigset_t awaited_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGCHLD, stop_request, kill_request})
    sigaddset(&set, number);
  return set;
}

/// Reaps dead children, but not the leader: its number, and that of its group, cannot be reused
/// while it is a zombie. Returns whether it is dead.
bool is_dead(pid_t leader) {
  while (true) {
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
      return false;
    if (info.si_pid == leader)
      return true;
    ::waitpid(info.si_pid, nullptr, 0);
  }
}

/// For kernels whose /proc does not list children.
std::vector<pid_t> children_by_search() {
  std::vector<pid_t> children;
  for (const pid_t pid : system::process_numbers()) {
    const auto facts = system::facts_of(pid);
    if (facts && facts->parent_pid == ::getpid())
      children.push_back(pid);
  }
  return children;
}

std::vector<pid_t> children() {
  const std::string path = "/proc/self/task/" + std::to_string(::getpid()) + "/children";
  const auto list = system::read_file(path);
  return list ? system::process_numbers_in(*list) : children_by_search();
}

/// Reaps dead children. Returns whether none are left.
bool reap_dead() {
  while (true) {
    const pid_t pid = ::waitpid(-1, nullptr, WNOHANG);
    if (pid == 0)
      return false;
    if (pid < 0 && errno != EINTR)
      return true;
  }
}

/// Kills and reaps all children of this process, and their descendants, which become children one
/// by one. Returns when none are left, or after some seconds: a process in uninterruptible sleep
/// runs no code of its own. SIGCHLD must be blocked.
void kill_descendants() {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  const std::int64_t end_ms = system::steady_now_ms() + patience_ms;
  while (!reap_dead() && system::steady_now_ms() < end_ms) {
    // Only this process reaps them, so their numbers cannot be reused before.
    for (const pid_t pid : children())
      ::kill(pid, SIGKILL);
    const timespec time{0, between_rounds_ns};
    ::sigtimedwait(&child, nullptr, &time);
  }
}

} // namespace

supervisor::supervisor(std::int64_t grace_ms, std::optional<std::int64_t> timeout_ms)
    : grace_ms_(grace_ms), timeout_ms_(timeout_ms) {
  sigset_t blocked = awaited_signals();
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGUSR2})
    sigaddset(&blocked, number);
  ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void supervisor::start_clock() {
  if (timeout_ms_)
    deadline_ms_ = system::steady_now_ms() + *timeout_ms_;
}

run_folder::run_result supervisor::wait(pid_t leader, output_limit& output) {
  const sigset_t awaited = awaited_signals();
  while (!is_dead(leader)) {
    const int ms = ms_to_next(output);
    const timespec time{ms / 1000, ms % 1000 * 1'000'000L};
    const int number = ::sigtimedwait(&awaited, nullptr, &time);
    if (number > 0)
      on_signal(leader, number);
    on_time(leader);
    if (system::steady_now_ms() >= output.next_check_ms())
      output.enforce();
  }
  run_folder::run_result run;
  run.finished_ns = system::now_ns();
  ::kill(-leader, SIGKILL);
  const system::process_end end = system::reap(leader);
  (end.by_signal ? run.signal : run.exit_code) = end.code;
  kill_descendants();
  output.enforce();
  run.timed_out = is_timed_out_;
  run.out_is_cut = output.out_is_cut();
  return run;
}

void supervisor::stop(pid_t leader) {
  ::kill(-leader, SIGTERM);
  if (!kill_at_ms_)
    kill_at_ms_ = system::steady_now_ms() + grace_ms_;
}

void supervisor::kill(pid_t leader) {
  ::kill(-leader, SIGKILL);
  is_killed_ = true;
}

void supervisor::on_signal(pid_t leader, int number) {
  if (number == stop_request)
    stop(leader);
  else if (number == kill_request)
    kill(leader);
}

void supervisor::on_time(pid_t leader) {
  const std::int64_t now = system::steady_now_ms();
  if (deadline_ms_ && now >= *deadline_ms_) {
    deadline_ms_.reset();
    is_timed_out_ = true;
    stop(leader);
  }
  if (kill_at_ms_ && now >= *kill_at_ms_ && !is_killed_)
    kill(leader);
}

int supervisor::ms_to_next(const output_limit& output) const {
  constexpr std::int64_t longest = 3'600'000;
  std::int64_t next = output.next_check_ms();
  if (deadline_ms_)
    next = std::min(next, *deadline_ms_);
  if (kill_at_ms_ && !is_killed_)
    next = std::min(next, *kill_at_ms_);
  return static_cast<int>(std::clamp<std::int64_t>(next - system::steady_now_ms(), 0, longest));
}

} // namespace rota::shim
