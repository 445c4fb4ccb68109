// Finds the containers that podman calls running for ever: those whose conmon was killed.
#pragma once
#include "executors/docker/engine_api.hpp"

#include <sys/types.h>

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace rota::executors::docker {

/// Remembers the processes of running attempts and looks for them in /proc. Says nothing until it
/// has seen one there: the engine may run on another machine. Safe for several threads.
class process_watch {
public:
  /// `proof` is a file of its own: where the engine's processes were seen last.
  explicit process_watch(std::string proof);

  /// The process of a running attempt, as the engine told it.
  void learn(const std::string& attempt, pid_t process);
  [[nodiscard]] std::optional<pid_t> process_of(const std::string& attempt) const;
  /// Forgets all but these.
  void keep_only(const std::set<std::string>& attempts);

  /// Whether the attempt's process is surely gone although its engine calls it running, and podman's
  /// conmon with it, so that nobody will ever tell the engine.
  [[nodiscard]] bool is_abandoned(const std::string& attempt, const std::string& container_id);
  /// Kills what the engine left of an attempt, if anything; false when it didn't die in time.
  [[nodiscard]] bool end(const std::string& attempt, deadline until);

private:
  [[nodiscard]] bool is_seen(const std::string& attempt, pid_t process);

  const std::string proof_;
  const std::string here_;
  mutable std::mutex mutex_;
  bool engine_is_here_ = false;
  std::map<std::string, pid_t> processes_;
};

} // namespace rota::executors::docker
