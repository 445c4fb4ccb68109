// Time in the engine is an argument; the engine never reads a clock.
#pragma once
#include <chrono>
#include <cstdint>

namespace rota::engine {

/// The time axis of every rule. It has no now(): callers of the engine pass the time. The axis
/// never goes back, not even across restarts. Its values are microseconds since the Unix epoch, so
/// that they can be shown to people.
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

/// Later than any event.
inline constexpr time_point never = time_point::max();

constexpr std::int64_t to_us(time_point t) { return t.time_since_epoch().count(); }
constexpr time_point from_us(std::int64_t us) { return time_point{duration{us}}; }

} // namespace rota::engine
