#include "actors/executor/durable_watch.hpp"

#include <caf/send.hpp>

#include <vector>

namespace rota::actors {

void durable_watch::notify_at(engine::position position, const durable_listener& listener) {
  {
    const system::lock held{mutex_};
    if (position > durable_) {
      waiting_.emplace(position, listener);
      return;
    }
  }
  caf::anon_send(listener, durable_reached{position});
}

void durable_watch::reached(engine::position position) {
  std::vector<durable_listener> notified;
  {
    const system::lock held{mutex_};
    durable_ = std::max(durable_, position);
    const auto end = waiting_.upper_bound(durable_);
    for (auto i = waiting_.begin(); i != end; ++i)
      if (notified.empty() ||
          notified.back() != i->second) // one actor usually waits for several positions
        notified.push_back(std::move(i->second));
    waiting_.erase(waiting_.begin(), end);
  }
  for (const auto& listener : notified)
    caf::anon_send(listener, durable_reached{position});
}

void durable_watch::clear() {
  const system::lock held{mutex_};
  waiting_.clear();
}

} // namespace rota::actors
