// Who waits for an event to be durable before they act on it: what leaves the process comes after
// the commit that explains it.
#pragma once
#include "actors/executor/interfaces.hpp"
#include "engine/position.hpp"

#include <map>
#include <mutex>

namespace rota::actors {

/// Runners and pollers wait here, the journal's thread tells. Thread-safe.
class durable_watch {
public:
  /// Sends durable_reached to `who` once everything up to `position` is durable; at once if it is
  /// already.
  void wait(engine::position position, const durable_listener& who);
  /// Everything up to `position` is durable.
  void reached(engine::position position);
  /// Nobody waits any more.
  void clear();

private:
  std::mutex mutex_;
  engine::position durable_;
  std::multimap<engine::position, durable_listener> waiting_;
};

} // namespace rota::actors
