// The answer of what-if for people and for programs.
#pragma once
#include "bench/sim/results.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace rota::bench {

/// How long a tenant's jobs really waited, those that began once.
struct recorded_waits {
  std::size_t jobs = 0;
  double p50_s = 0;
  double p99_s = 0;
};

struct what_if_answer {
  std::string pool;
  std::vector<std::string> changes;
  std::size_t guessed = 0;
  std::size_t left_out = 0;
  std::map<std::string, recorded_waits> recorded; ///< By tenant.
  sim_result before;
  sim_result after;
};

/// A table of the tenants with the most jobs, at most `tenants_shown`, and what changed for all.
[[nodiscard]] std::string text_of(const what_if_answer& answer, std::size_t tenants_shown);

/// One line: {pool, changes, guessed, left_out, recorded: [{name, jobs, wait_p50_s, wait_p99_s}], before, after}, the
/// last two as json_of(sim_result).
[[nodiscard]] std::string json_of(const what_if_answer& answer);

} // namespace rota::bench
