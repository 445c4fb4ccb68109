// Subscriptions of clients to changes of jobs; the queues publish here.
#pragma once
#include "actors/commands.hpp"
#include "system/thread_safety.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace rota::actors {

/// Thread-safe. Without subscriptions, publishing costs one relaxed load.
class event_hub {
public:
  /// Returns the number of the new subscription.
  std::uint64_t subscribe(std::shared_ptr<answer_sink> to, subscribe_command what);
  /// Returns false if this sink has no such subscription.
  bool unsubscribe(std::uint64_t subscription, const answer_sink* of);
  /// Removes all subscriptions of the sink.
  void drop(const answer_sink* of);

  bool any() const { return any_.load(std::memory_order_relaxed); }
  /// Notifies matching subscriptions; each notification waits until `position` is durable.
  void publish(const engine::queue_identity& queue,
               const std::vector<engine::transition>& transitions, engine::position position) const;

private:
  struct subscription {
    std::uint64_t number = 0;
    std::shared_ptr<answer_sink> to;
    subscribe_command what;
  };
  static bool wants(const subscription& subscription, const engine::queue_identity& queue,
                    engine::job_state state);

  mutable system::mutex mutex_;
  std::vector<subscription> subscriptions_ ROTA_GUARDED_BY(mutex_);
  std::uint64_t next_ ROTA_GUARDED_BY(mutex_) = 1;
  std::atomic<bool> any_{false};
};

} // namespace rota::actors
