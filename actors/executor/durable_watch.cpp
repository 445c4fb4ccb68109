#include "actors/executor/durable_watch.hpp"

#include <caf/send.hpp>

#include <vector>

namespace rota::actors {

void durable_watch::wait(engine::position position, const durable_listener& who) {
  {
    const std::lock_guard lock{mutex_};
    if (position > durable_) {
      waiting_.emplace(position, who);
      return;
    }
  }
  caf::anon_send(who, durable_reached{position});
}

void durable_watch::reached(engine::position position) {
  std::vector<durable_listener> told;
  {
    const std::lock_guard lock{mutex_};
    durable_ = std::max(durable_, position);
    const auto end = waiting_.upper_bound(durable_);
    for (auto i = waiting_.begin(); i != end; ++i)
      if (told.empty() || told.back() != i->second) // one actor usually waits for several positions
        told.push_back(std::move(i->second));
    waiting_.erase(waiting_.begin(), end);
  }
  for (const auto& who : told)
    caf::anon_send(who, durable_reached{position});
}

void durable_watch::clear() {
  const std::lock_guard lock{mutex_};
  waiting_.clear();
}

} // namespace rota::actors
