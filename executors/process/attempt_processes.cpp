#include "executors/process/attempt_processes.hpp"

#include "executors/process/run_folder/records.hpp"
#include "executors/process/shim_order.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>

namespace rota::executors {
namespace {

using system::descriptor;
using system::process_identity;

/// The marks that identify an attempt's processes.
struct attempt_identifiers {
  std::vector<pid_t> sessions;
  std::vector<std::string> cgroups;
  std::string variable; ///< "NAME=value".
};

/// A session has the number of its first process, which no other process gets while the session
/// lives.
bool is_still_its_session(const process_identity& leader) {
  const auto now = system::facts_of(leader.pid);
  return leader.pid > 0 && (!now || now->self == leader);
}

attempt_identifiers identifiers_of(const descriptor& folder, const std::string& path) {
  attempt_identifiers known;
  known.variable = run_folder_variable + ('=' + path);
  const std::string boot = system::boot_id();
  for (const char* const name : {run_folder::started_file, run_folder::current_file}) {
    const auto started = run_folder::read_started(folder, name);
    if (!started || started->boot != boot)
      continue;
    if (is_still_its_session(started->job))
      known.sessions.push_back(started->job.pid);
    known.cgroups = started->cgroups;
  }
  return known;
}

bool contains(const std::vector<pid_t>& numbers, pid_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

bool has_variable(pid_t pid, const std::string& variable) {
  const auto environment = system::read_file("/proc/" + std::to_string(pid) + "/environ");
  return ('\0' + value_or(environment, {}) + '\0').find('\0' + variable + '\0') !=
         std::string::npos;
}

std::vector<pid_t> members_of(const std::vector<std::string>& cgroups) {
  std::vector<pid_t> members;
  for (const std::string& path : cgroups) {
    const auto text = system::read_file(path + "/cgroup.procs");
    const auto numbers = system::process_numbers_in(value_or(text, {}));
    members.insert(members.end(), numbers.begin(), numbers.end());
  }
  return members;
}

} // namespace

std::vector<process_identity> processes_of(const descriptor& folder, const std::string& path) {
  const attempt_identifiers known = identifiers_of(folder, path);
  const std::vector<pid_t> members = members_of(known.cgroups);
  const auto shim = run_folder::read_shim(folder);
  std::vector<process_identity> found;
  for (const pid_t pid : system::process_numbers()) {
    const auto facts = system::facts_of(pid);
    if (!facts || facts->is_dead || pid == ::getpid() || (shim && facts->self == *shim))
      continue;
    if (contains(known.sessions, facts->session) || contains(members, pid) ||
        has_variable(pid, known.variable))
      found.push_back(facts->self);
  }
  return found;
}

bool kill_processes(const descriptor& folder, const std::string& path,
                    std::chrono::milliseconds patience) {
  const std::int64_t end_ms = system::steady_now_ms() + patience.count();
  while (true) {
    const auto processes = processes_of(folder, path);
    if (processes.empty())
      break;
    for (const process_identity& process : processes)
      system::send_signal(process, SIGKILL);
    for (const process_identity& process : processes) {
      const std::int64_t left_ms = end_ms - system::steady_now_ms();
      if (left_ms <= 0 || !system::wait_for_end(process, static_cast<int>(left_ms)))
        return false;
    }
  }
  if (const auto started = run_folder::read_started(folder, run_folder::started_file))
    for (const std::string& cgroup : started->cgroups)
      ::rmdir(cgroup.c_str());
  return true;
}

} // namespace rota::executors
