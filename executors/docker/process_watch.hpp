// Finds containers that podman reports as running although they have ended, because their conmon was killed.
#pragma once
#include "executors/docker/engine_api.hpp"
#include "system/thread_safety.hpp"

#include <sys/types.h>

#include <map>
#include <optional>
#include <set>
#include <string>

namespace rota::executors::docker {

/// Records the processes of running attempts and looks for them in /proc. Reports nothing until it
/// has seen one there: the engine may run on another machine. Thread-safe.
class process_watch {
public:
  /// `seen_file` is a file of its own that records where the engine's processes were last seen.
  explicit process_watch(std::string seen_file);

  /// Records the process of a running attempt, as reported by the engine.
  void record(const std::string& attempt, pid_t process);
  [[nodiscard]] std::optional<pid_t> process_of(const std::string& attempt) const;
  /// Forgets all other attempts.
  void keep_only(const std::set<std::string>& attempts);

  /// Returns whether the attempt's process and its conmon are certainly gone while the engine
  /// reports it as running, so that the engine will never report its end.
  [[nodiscard]] bool is_abandoned(const std::string& attempt, const std::string& container_id);
  /// Kills what the engine left of an attempt, if anything. Returns false if it did not die in
  /// time.
  [[nodiscard]] bool end(const std::string& attempt, deadline until);

private:
  [[nodiscard]] bool is_in_proc(const std::string& attempt, pid_t process);

  const std::string seen_file_;
  const std::string proc_view_;
  mutable system::mutex mutex_;
  bool engine_is_local_ ROTA_GUARDED_BY(mutex_) = false;
  std::map<std::string, pid_t> processes_ ROTA_GUARDED_BY(mutex_);
};

} // namespace rota::executors::docker
