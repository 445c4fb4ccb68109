// A recording as the input of a simulation.
#pragma once
#include "bench/sim/what_if/recording.hpp"
#include "bench/sim/workload.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace rota::bench {

/// The pool in which most jobs of the recording were.
[[nodiscard]] std::string busiest_pool(const recording& all);
/// Slots of the pool: its executor's or its setting's, else as many as were in use at most.
[[nodiscard]] double slots_of(const recording& all, const std::string& pool);

struct recorded_workload {
  workload work;
  std::size_t guessed =
      0; ///< Jobs that had not ended: they run as long as the median of their type.
  std::size_t left_out = 0; ///< Of other pools, or of a type of which no job had ended.
  /// How long each tenant's jobs really waited, those that began once; by workload::tenants.
  std::vector<std::vector<double>> waits_s;
};

/// The jobs of one pool: they arrive as they did and run as long as they did, once. Jobs that were handed out together
/// share their time. Nobody is paused.
[[nodiscard]] recorded_workload workload_of_recording(const recording& all, const std::string& pool,
                                                      double slots);

} // namespace rota::bench
