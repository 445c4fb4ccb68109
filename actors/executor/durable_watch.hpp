// Notifies actors when an event is durable: effects outside the process follow the commit that
// explains them.
#pragma once
#include "actors/executor/interfaces.hpp"
#include "engine/position.hpp"
#include "system/thread_safety.hpp"

#include <map>

namespace rota::actors {

/// Runners and pollers wait; the journal's thread notifies them. Thread-safe.
class durable_watch {
public:
  /// Sends durable_reached to `listener` once everything up to `position` is durable; at once if it
  /// already is.
  void notify_at(engine::position position, const durable_listener& listener);
  /// Records that everything up to `position` is durable.
  void reached(engine::position position);
  /// Drops all waiters.
  void clear();

private:
  system::mutex mutex_;
  engine::position durable_ ROTA_GUARDED_BY(mutex_);
  std::multimap<engine::position, durable_listener> waiting_ ROTA_GUARDED_BY(mutex_);
};

} // namespace rota::actors
