// A recording as the workload of a simulation.
#pragma once
#include "bench/sim/what_if/recording.hpp"
#include "bench/sim/workload.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace rota::bench {

/// The pool with the most jobs of the recording.
[[nodiscard]] std::string busiest_pool(const recording& all);
/// Slots of the pool: its executor's or its setting's, else the largest number in use at a time.
[[nodiscard]] double slots_of(const recording& all, const std::string& pool);

struct recorded_workload {
  workload work;
  std::size_t guessed =
      0; ///< Jobs that had not ended; they run for the median run time of their type.
  std::size_t left_out = 0; ///< Jobs of other pools, or of a type of which no job has ended.
  /// The actual waits of each tenant's jobs that started exactly once; indexed like
  /// workload::tenants.
  std::vector<std::vector<double>> waits_s;
};

/// The jobs of one pool, with their recorded arrivals and run times, each run once. Jobs of one
/// attempt share its time. Nothing is paused.
[[nodiscard]] recorded_workload workload_of_recording(const recording& all, const std::string& pool,
                                                      double slots);

} // namespace rota::bench
