// Counts of what happens to the jobs of a queue, taken when events are applied.
#pragma once
#include "engine/queue/histogram.hpp"

#include <array>
#include <cstdint>

namespace rota::engine {

/// In microseconds, from a millisecond to a day; about two per decade.
inline constexpr std::array<std::int64_t, 16> duration_bounds{
    1'000,         3'000,         10'000,         30'000,        100'000,     300'000,
    1'000'000,     3'000'000,     10'000'000,     30'000'000,    100'000'000, 300'000'000,
    1'000'000'000, 3'600'000'000, 10'800'000'000, 86'400'000'000};
using duration_histogram = histogram<duration_bounds>;

/// What a queue counts, each time that it happens to a job unless stated otherwise.
enum class job_counter : std::uint8_t {
  pushed,        ///< Accepted as a new job.
  dispatched,    ///< Handed out.
  tried,         ///< A try ended with a result or an error.
  lease_begun,   ///< Once per attempt, regardless of its size.
  lease_expired, ///< Once per lease of a worker.
  crashed,       ///< A try counted as a crash: its lease expired, or its executor lost it.
  retried,       ///< Will be tried again after an error.
  deferred,
  released,
  revived, ///< Made ready by an operator after its end.
  succeeded,
  failed,
  cancelled,
};
inline constexpr std::size_t job_counter_count =
    static_cast<std::size_t>(job_counter::cancelled) + 1;

/// Counts since it was created: filled, then handed over.
struct queue_tally {
  std::array<std::uint32_t, job_counter_count> counts{};
  duration_histogram waits; ///< Of jobs handed out, since they became ready.
  duration_histogram runs;  ///< Of tries that ended with a result or an error.

  std::uint32_t of(job_counter what) const { return counts[static_cast<std::size_t>(what)]; }
  void count(job_counter what, std::uint32_t times = 1) {
    counts[static_cast<std::size_t>(what)] += times;
  }
};

} // namespace rota::engine
