// Which messages kept an actor busy for long. Whoever wants to know says how long that is.
#pragma once
#include "engine/time.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace rota::actors {

struct slow_message {
  engine::time_point ended{};
  std::chrono::microseconds took{};
  std::string actor; ///< Its kind, such as "queue".
  std::string of;    ///< A queue's type and tenant, the executor of a runner or poller; else empty.
  std::string message;     ///< The types of its parts.
  std::size_t waiting = 0; ///< What then waited in the mailbox.
};

/// The slow messages of a room. Any thread; while nobody traces, a message costs one look at an atomic.
class slow_messages {
public:
  static constexpr std::size_t kept_max = 1000;
  /// Nobody traces.
  static constexpr std::chrono::microseconds off{-1};

  struct view {
    std::chrono::microseconds limit{off};
    std::uint64_t seen = 0;           ///< Since tracing began.
    std::vector<slow_message> latest; ///< The last kept_max, the newest first.
  };

  /// Messages that take `limit` or longer are kept from now on; `off`: none. Forgets what was kept.
  void trace(std::chrono::microseconds limit);
  [[nodiscard]] bool tracing() const { return limit_us_.load(std::memory_order_relaxed) >= 0; }
  /// Whether a message that took so long is to be told to note().
  [[nodiscard]] bool is_slow(std::chrono::steady_clock::duration took) const;
  void note(slow_message what);
  [[nodiscard]] view look() const;

private:
  std::atomic<std::int64_t> limit_us_{off.count()};
  mutable std::mutex mutex_;
  std::uint64_t seen_ = 0;
  std::deque<slow_message> latest_;
};

} // namespace rota::actors
