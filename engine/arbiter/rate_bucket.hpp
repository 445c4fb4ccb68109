// A token bucket as one number: the theoretical arrival time of the next dispatch (GCRA).
#pragma once
#include "engine/settings.hpp"
#include "engine/time.hpp"

#include <cstdint>
#include <optional>

namespace rota::engine {

/// Permits at most burst + per_second x t dispatches in any period t. O(1), without a timer.
class rate_bucket {
public:
  /// Applies new settings. Missing tokens stay missing; only the rate of new ones changes. Without
  /// a rate the bucket is reset.
  void configure(const std::optional<rate_settings>& rate, time_point now);

  /// Always true without a rate.
  bool allowed(time_point now) const;
  /// The earliest time at which allowed() is true.
  time_point next_allowed() const;
  /// What give_back() needs to undo a take().
  struct receipt {
    std::int64_t before_ns = 0;
    std::int64_t after_ns = 0; ///< 0: nothing was taken.
  };
  /// Takes the token of one dispatch; call only if allowed().
  receipt take(time_point now);
  /// Returns the token of a dispatch that did not happen, unless another token was taken since: the
  /// bucket no longer knows what later dispatches would have waited for.
  void give_back(const receipt& taken);

  /// The persistent state, rounded up.
  time_point arrival() const;
  /// Restores the state after a restart; repeated calls keep the latest.
  void restore(time_point arrival);

private:
  std::int64_t arrival_ns_ = 0;
  std::int64_t interval_ns_ = 0; // 0: no rate
  std::int64_t tolerance_ns_ = 0;
};

} // namespace rota::engine
