// Which jobs of a recording went together, and how long each ran.
#pragma once
#include "bench/sim/what_if/recording.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rota::bench {

/// The pool in which a type's jobs compete.
[[nodiscard]] std::string pool_of(const recording& all, const std::string& type);

/// Of the jobs that ended, by their places in recording::jobs: those that went together. That can be seen where a type
/// has batches: jobs of one tenant and worker that began in the same moment.
[[nodiscard]] std::vector<std::vector<std::size_t>> attempts_of(const recording& all);

/// By jobs, in microseconds; of a job that hasn't ended the median of its type, -1 when there is none.
struct run_times {
  std::vector<std::int64_t> us;
  std::vector<char> guessed;
};
/// Jobs that went together ran one after another; those of them that ended in the same moment share what went by
/// since the one before.
[[nodiscard]] run_times run_times_of(const recording& all);

} // namespace rota::bench
