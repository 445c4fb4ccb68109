// What happened to the jobs of a queue, counted while events become true.
#pragma once
#include "engine/queue/histogram.hpp"

#include <array>
#include <cstdint>

namespace rota::engine {

/// Microseconds: from a millisecond to a day, about three to a decade.
inline constexpr std::array<std::int64_t, 16> duration_bounds{
    1'000,         3'000,         10'000,         30'000,        100'000,     300'000,
    1'000'000,     3'000'000,     10'000'000,     30'000'000,    100'000'000, 300'000'000,
    1'000'000'000, 3'600'000'000, 10'800'000'000, 86'400'000'000};
using duration_histogram = histogram<duration_bounds>;

/// Things that happen to jobs. Each is counted once a job, but where it says otherwise.
enum class happening : std::uint8_t {
  pushed,        ///< Taken in as a new job.
  dispatched,    ///< Handed out.
  tried,         ///< A try ended with a result or an error.
  lease_begun,   ///< Once an attempt, whatever its size.
  lease_expired, ///< Once a worker's lease.
  crashed,       ///< A try counted as a crash: its lease ran out, or its executor lost it.
  retried,       ///< Goes for another try after an error.
  deferred,
  released,
  revived, ///< Put back by hand after its end.
  succeeded,
  failed,
  cancelled,
};
inline constexpr std::size_t happening_count = static_cast<std::size_t>(happening::cancelled) + 1;

/// Counts from nothing; a plain value, added to and then handed over.
struct queue_tally {
  std::array<std::uint32_t, happening_count> counts{};
  duration_histogram waits; ///< Of jobs handed out: since they were ready.
  duration_histogram runs;  ///< Of tries that ended with a result or an error.

  std::uint32_t of(happening what) const { return counts[static_cast<std::size_t>(what)]; }
  void count(happening what, std::uint32_t times = 1) {
    counts[static_cast<std::size_t>(what)] += times;
  }
};

} // namespace rota::engine
