#include "executors/docker/process_watch.hpp"

#include "executors/docker/container_spec.hpp"
#include "system/files.hpp"
#include "system/process_identity.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

namespace rota::executors::docker {
namespace {

constexpr std::size_t view_bytes_max = 256;
constexpr std::chrono::milliseconds end_pause{10};

/// Identifies this boot and this process's view of /proc.
std::string proc_view() {
  std::array<char, 64> space{};
  const ssize_t bytes = ::readlink("/proc/self/ns/pid", space.data(), space.size());
  return system::boot_id() +
         std::string(space.data(), bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
}

std::string read_or_empty(const std::string& path) { return value_or(system::read_file(path), {}); }

/// Returns whether `process` has the attempt's folder mounted, so that it belongs to the attempt
/// and is not a later process with the same number. False for a zombie.
bool is_of_attempt(pid_t process, const std::string& attempt) {
  if (process <= 0)
    return false;
  const std::string mounts = read_or_empty("/proc/" + std::to_string(process) + "/mountinfo");
  return mounts.find("/" + attempt + "/io " + container_folder + " ") != std::string::npos;
}

/// Kills the process only if is_of_attempt(). Returns whether it was there.
bool kill_attempt(pid_t process, const std::string& attempt) {
  // Opened during the check, so that the number cannot become another process's.
  const auto held = system::open_process(process);
  const bool is_there = is_of_attempt(process, attempt);
  if (is_there)
    (void)system::send_signal(held, SIGKILL);
  return is_there;
}

/// Returns whether the container's conmon is alive: the podman process that waits for the
/// container's end and records it. Reads all of /proc.
bool has_conmon(const std::string& container_id) {
  for (const pid_t process : system::process_numbers()) {
    const std::string folder = "/proc/" + std::to_string(process);
    if (read_or_empty(folder + "/comm") == "conmon\n" &&
        read_or_empty(folder + "/cmdline").find(container_id) != std::string::npos)
      return true;
  }
  return false;
}

} // namespace

process_watch::process_watch(std::string seen_file)
    : seen_file_(std::move(seen_file)),
      proc_view_(proc_view()),
      engine_is_local_(value_or(system::read_file(seen_file_, view_bytes_max), {}) == proc_view_) {}

void process_watch::record(const std::string& attempt, pid_t process) {
  if (process <= 0)
    return;
  {
    const system::lock held{mutex_};
    processes_[attempt] = process;
  }
  (void)is_in_proc(attempt, process);
}

std::optional<pid_t> process_watch::process_of(const std::string& attempt) const {
  const system::lock held{mutex_};
  const auto found = processes_.find(attempt);
  return found == processes_.end() ? std::nullopt : std::optional{found->second};
}

void process_watch::keep_only(const std::set<std::string>& attempts) {
  const system::lock held{mutex_};
  std::erase_if(processes_, [&](const auto& entry) { return !attempts.contains(entry.first); });
}

bool process_watch::is_in_proc(const std::string& attempt, pid_t process) {
  if (!is_of_attempt(process, attempt))
    return false;
  const system::lock held{mutex_};
  if (!engine_is_local_)
    (void)system::write_file(seen_file_, proc_view_,
                             system::file_durability::until_power_cut); // only helps the next start
  engine_is_local_ = true;
  return true;
}

bool process_watch::is_abandoned(const std::string& attempt, const std::string& container_id) {
  const auto process = process_of(attempt);
  if (!process || is_in_proc(attempt, *process))
    return false;
  {
    const system::lock held{mutex_};
    if (!engine_is_local_)
      return false;
  }
  return !has_conmon(container_id);
}

bool process_watch::end(const std::string& attempt, deadline until) {
  const auto process = process_of(attempt);
  while (process && kill_attempt(*process, attempt)) {
    if (std::chrono::steady_clock::now() >= until)
      return false;
    std::this_thread::sleep_for(end_pause);
  }
  return true;
}

} // namespace rota::executors::docker
