// Lanes are what a queue reports to the arbiter. Ready jobs of a queue that no limit and no batch
// distinguishes share a lane, in order, so a blocked lane never delays another.
#pragma once
#include "engine/quantity.hpp"
#include "engine/time.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>

namespace rota::engine {

/// Identifies a lane within its queue while the lane has ready jobs; reused afterwards.
struct lane_number {
  std::uint32_t value = 0;
  auto operator<=>(const lane_number&) const = default;
};

/// What all jobs of a lane have in common; immutable.
struct lane_traits {
  std::string concurrency_key; ///< Empty: none.
  micro slots = micro::of(1);
  std::uint32_t batch_max = 1; ///< Maximum number of jobs that one lease may take from the lane.
  std::string batch_key;
  auto operator<=>(const lane_traits&) const = default;
};

/// A job's place in its tenant's own order: ready_since + priority x age, in microseconds. Smaller
/// is sooner. Age is part of the key, so ageing never reorders.
using order_key = std::int64_t;

/// One of a lane's next jobs, which the arbiter may hand out before the queue's next report.
struct upcoming_job {
  order_key order = 0;
  micro cost;
};
inline constexpr std::size_t upcoming_max = 8;

/// The state of a lane as of the last grant that its queue has seen. The lane is gone if ready ==
/// 0.
struct lane_report {
  lane_number lane;
  std::shared_ptr<const lane_traits> traits;
  std::uint32_t ready = 0;
  time_point ready_since{}; ///< Of its first job.
  /// Before this time only a full batch may be handed out. A time in the past means no lingering.
  time_point linger_until{};
  /// All ready jobs have the same cost as the first one.
  bool uniform = true;
  std::uint8_t next_count =
      0; ///< Number of elements of `next` that are set: min(ready, upcoming_max).
  std::array<upcoming_job, upcoming_max> next{};
};

} // namespace rota::engine
