// Time as the engine sees it: an argument, never a clock that it reads.
#pragma once
#include <chrono>
#include <cstdint>

namespace rota::engine {

/// A tag for the time axis that every rule works on. It has no now(): whoever calls the engine
/// brings the time along. The axis never goes back, not even across restarts; its numbers are
/// microseconds since the Unix epoch, so that they can be shown to people.
struct time_axis {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<time_axis>;
  static constexpr bool is_steady = true;
};

using duration = time_axis::duration;
using time_point = time_axis::time_point;
using milliseconds = std::chrono::milliseconds;

/// Later than anything that happens; "never".
inline constexpr time_point never = time_point::max();

constexpr std::int64_t to_us(time_point t) { return t.time_since_epoch().count(); }
constexpr time_point from_us(std::int64_t us) { return time_point{duration{us}}; }

} // namespace rota::engine
