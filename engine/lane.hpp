// Lanes: what a queue tells the arbiter. The ready jobs of one queue that are alike for every
// limit and batch stand in one lane, in order; a blocked lane never holds up another.
#pragma once
#include "engine/quantity.hpp"
#include "engine/time.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>

namespace rota::engine {

/// Names a lane within its queue while it has ready jobs; used again after that.
struct lane_number {
  std::uint32_t value = 0;
  auto operator<=>(const lane_number&) const = default;
};

/// What all jobs of a lane have in common; never changes.
struct lane_traits {
  std::string concurrency_key; ///< Empty: none.
  micro slots = micro::of(1);
  std::uint32_t batch_max = 1; ///< Most jobs that one lease may take from here.
  std::string batch_key;
  auto operator<=>(const lane_traits&) const = default;
};

/// A job's place in its tenant's own order: ready_since + priority x age, in microseconds.
/// Smaller is sooner; ageing is built in and never reorders.
using order_key = std::int64_t;

/// The next jobs of a lane that the arbiter may hand out without asking again.
struct upcoming_job {
  order_key order = 0;
  micro cost;
};
inline constexpr std::size_t upcoming_max = 8;

/// The state of a lane as of the last grant that its queue has seen. ready == 0: the lane is gone.
struct lane_report {
  lane_number lane;
  std::shared_ptr<const lane_traits> traits;
  std::uint32_t ready = 0;
  time_point ready_since{}; ///< Of its first job.
  /// Until then only a full batch may go (a time in the past: no lingering).
  time_point linger_until{};
  /// All ready jobs cost what the first one costs.
  bool uniform = true;
  std::uint8_t known = 0; ///< How many of `next` are set: min(ready, upcoming_max).
  std::array<upcoming_job, upcoming_max> next{};
};

} // namespace rota::engine
