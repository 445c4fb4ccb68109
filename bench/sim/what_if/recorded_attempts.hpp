// The attempts of a recording: which jobs ran together, and how long each job ran.
#pragma once
#include "bench/sim/what_if/recording.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rota::bench {

/// The pool in which a type's jobs compete.
[[nodiscard]] std::string pool_of(const recording& all, const std::string& type);

/// The attempts of all jobs that ended, each as indices of recording::jobs. Jobs of a type with
/// batches belong to one attempt if they have the same tenant and worker and started at the same
/// time.
[[nodiscard]] std::vector<std::vector<std::size_t>> attempts_of(const recording& all);

/// Run times by job, in microseconds. A job that has not ended gets the median of its type, or -1
/// if there is none.
struct run_times {
  std::vector<std::int64_t> us;
  std::vector<char> guessed;
};
/// Jobs of one attempt ran one after another; those that ended at the same time share the time
/// since the end before them.
[[nodiscard]] run_times run_times_of(const recording& all);

} // namespace rota::bench
