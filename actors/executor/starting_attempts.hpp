// The attempts of one executor that its runner owns.
#pragma once
#include "engine/ids.hpp"
#include "system/thread_safety.hpp"

#include <set>

namespace rota::actors {

/// Shared by a RUNNER and its POLLER: an attempt in it is no orphan. The runner adds an attempt
/// before it can exist in the backend, and removes it once it no longer does. The poller removes it
/// when it begins to watch it, so that one of them always has it. Thread-safe.
class starting_attempts {
public:
  void add(engine::attempt_id attempt) {
    const system::lock held{mutex_};
    attempts_.insert(attempt);
  }
  void remove(engine::attempt_id attempt) {
    const system::lock held{mutex_};
    attempts_.erase(attempt);
  }
  [[nodiscard]] std::set<engine::attempt_id> all() const {
    const system::lock held{mutex_};
    return attempts_;
  }

private:
  mutable system::mutex mutex_;
  std::set<engine::attempt_id> attempts_ ROTA_GUARDED_BY(mutex_);
};

} // namespace rota::actors
