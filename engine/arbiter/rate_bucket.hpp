// A token bucket as one number: the theoretical arrival time of the next dispatch (GCRA).
#pragma once
#include "engine/settings.hpp"
#include "engine/time.hpp"

#include <cstdint>

namespace rota::engine {

/// At most burst + per_second x t dispatches in any time t. O(1); no timer runs behind it.
class rate_bucket {
public:
  /// The tokens that are missing stay missing; how fast new ones come changes.
  void configure(const rate_settings& rate, time_point now);

  bool allowed(time_point now) const;
  /// The first time at which allowed() holds.
  time_point next_allowed() const;
  /// What undoes a take.
  struct receipt {
    std::int64_t before_ns = 0;
    std::int64_t after_ns = 0; ///< 0: nothing was taken.
  };
  /// One dispatch. Only when allowed.
  receipt take(time_point now);
  /// The dispatch did not happen. The token comes back unless another was taken since: then the
  /// bucket can't tell any more what the later ones would have waited for.
  void give_back(const receipt& taken);

  /// What persists; never earlier than the exact time.
  time_point arrival() const;
  /// After a restart: the latest of all calls stands.
  void restore(time_point arrival);

private:
  std::int64_t arrival_ns_ = 0;
  std::int64_t interval_ns_ = 0; // 0: never configured
  std::int64_t tolerance_ns_ = 0;
};

} // namespace rota::engine
