#include "actors/runtime/slow_messages.hpp"

#include <utility>

namespace rota::actors {

void slow_messages::trace(std::chrono::microseconds limit) {
  const system::lock held{mutex_};
  limit_us_.store(limit.count(), std::memory_order_relaxed);
  seen_ = 0;
  latest_.clear();
}

bool slow_messages::is_slow(std::chrono::steady_clock::duration took) const {
  const auto limit = limit_us_.load(std::memory_order_relaxed);
  return limit >= 0 && took >= std::chrono::microseconds{limit};
}

void slow_messages::record(slow_message what) {
  const system::lock held{mutex_};
  ++seen_;
  latest_.push_front(std::move(what));
  if (latest_.size() > kept_max)
    latest_.pop_back();
}

slow_messages::view slow_messages::snapshot() const {
  const system::lock held{mutex_};
  return {std::chrono::microseconds{limit_us_.load(std::memory_order_relaxed)},
          seen_,
          {latest_.begin(), latest_.end()}};
}

} // namespace rota::actors
