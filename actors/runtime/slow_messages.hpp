// Records messages that kept an actor busy for long. The limit is set at runtime.
#pragma once
#include "engine/time.hpp"
#include "system/thread_safety.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace rota::actors {

struct slow_message {
  engine::time_point ended{};
  std::chrono::microseconds took{};
  std::string actor; ///< Its kind, such as "queue".
  /// A queue's type and tenant, or the executor of a runner or poller; otherwise empty.
  std::string of;
  std::string message;     ///< The types of its parts.
  std::size_t waiting = 0; ///< Messages that waited in the mailbox afterwards.
};

/// The slow messages of a runtime. Any thread; while tracing is off, a message costs one atomic
/// load.
class slow_messages {
public:
  static constexpr std::size_t kept_max = 1000;
  /// Tracing is off.
  static constexpr std::chrono::microseconds off{-1};

  struct view {
    std::chrono::microseconds limit{off};
    std::uint64_t seen = 0;           ///< Since tracing began.
    std::vector<slow_message> latest; ///< The last kept_max, the newest first.
  };

  /// Keeps messages that take `limit` or longer from now on; `off`: none. Drops those kept before.
  void trace(std::chrono::microseconds limit);
  [[nodiscard]] bool tracing() const { return limit_us_.load(std::memory_order_relaxed) >= 0; }
  /// Returns whether a message of this duration should be passed to record().
  [[nodiscard]] bool is_slow(std::chrono::steady_clock::duration took) const;
  void record(slow_message what);
  [[nodiscard]] view snapshot() const;

private:
  std::atomic<std::int64_t> limit_us_{off.count()};
  mutable system::mutex mutex_;
  std::uint64_t seen_ ROTA_GUARDED_BY(mutex_) = 0;
  std::deque<slow_message> latest_ ROTA_GUARDED_BY(mutex_);
};

} // namespace rota::actors
