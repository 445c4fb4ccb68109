// The result of what-if, for people and as JSON.
#pragma once
#include "bench/sim/results.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace rota::bench {

/// The actual waits of a tenant's jobs that started exactly once.
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

/// A table of the `tenants_shown` tenants with the most jobs, and the changes for all.
[[nodiscard]] std::string text_of(const what_if_answer& answer, std::size_t tenants_shown);

/// One line: {pool, changes, guessed, left_out, recorded: [{name, jobs, wait_p50_s, wait_p99_s}],
/// before, after}; the last two are as in json_of(sim_result).
[[nodiscard]] std::string json_of(const what_if_answer& answer);

} // namespace rota::bench
