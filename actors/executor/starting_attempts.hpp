// The attempts of one executor that its runner owns.
#pragma once
#include "engine/ids.hpp"

#include <mutex>
#include <set>

namespace rota::actors {

/// Shared by a RUNNER and its POLLER: an attempt in it is no orphan. The runner adds an attempt
/// before it can exist in the backend, and removes it once it no longer does. The poller removes it
/// when it begins to watch it, so that one of them always has it. Thread-safe.
class starting_attempts {
public:
  void add(engine::attempt_id attempt) {
    const std::lock_guard lock{mutex_};
    attempts_.insert(attempt);
  }
  void remove(engine::attempt_id attempt) {
    const std::lock_guard lock{mutex_};
    attempts_.erase(attempt);
  }
  [[nodiscard]] std::set<engine::attempt_id> all() const {
    const std::lock_guard lock{mutex_};
    return attempts_;
  }

private:
  mutable std::mutex mutex_;
  std::set<engine::attempt_id> attempts_;
};

} // namespace rota::actors
