// The attempts of one executor that its runner has.
#pragma once
#include "engine/ids.hpp"

#include <mutex>
#include <set>

namespace rota::actors {

/// Shared by a RUNNER and its POLLER: what the runner has is no orphan. The runner adds an attempt before it may be in
/// the backend, and takes it out once it is gone from there. The poller takes it out when it begins to watch it, so
/// that at no time neither of them has it. Thread-safe.
class starting_attempts {
public:
  void add(engine::attempt_id attempt) {
    const std::lock_guard lock{mutex_};
    attempts_.insert(attempt);
  }
  void take_out(engine::attempt_id attempt) {
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
