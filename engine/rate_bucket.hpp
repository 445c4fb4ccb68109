// A token bucket as one number: the theoretical arrival time of the next dispatch (GCRA).
#pragma once
#include "engine/settings.hpp"
#include "engine/time.hpp"

#include <cstdint>

namespace rota::engine {

/// At most burst + per_second x t dispatches in any time t. O(1); no timer runs behind it.
class rate_bucket {
public:
  /// The tokens that are in stay in; how fast new ones come changes.
  void configure(const rate_settings& rate);

  bool allowed(time_point now) const;
  /// The first time at which allowed() holds.
  time_point next_allowed() const;
  /// One dispatch. Only when allowed.
  void take(time_point now);
  /// Undoes one take: the dispatch did not happen.
  void give_back();

  /// What persists; never earlier than the exact time.
  time_point arrival() const;
  /// After a restart: the latest of all calls stands.
  void restore(time_point arrival);

private:
  std::int64_t arrival_ns_ = 0;
  std::int64_t interval_ns_ = 1;
  std::int64_t tolerance_ns_ = 0;
};

} // namespace rota::engine
