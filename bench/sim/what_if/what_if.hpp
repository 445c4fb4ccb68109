// rota-sim what-if: replays a daemon's own jobs under its settings and under changed ones.
#pragma once
#include "bench/sim/results.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

struct what_if_question {
  std::optional<std::string> pool = {}; ///< Default: the pool with the most jobs.
  std::vector<std::string> changes = {};
  double overhead_s = 0; ///< Added to each attempt, beyond the recorded run times.
  std::uint64_t seed = 1;
};

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

/// `text` is a recording. Throws the errors of reading it, of the changes and of the simulation.
[[nodiscard]] what_if_answer what_if(std::string_view text, const what_if_question& question);

/// A table of the `tenants_shown` tenants with the most jobs, and the changes for all.
[[nodiscard]] std::string text_of(const what_if_answer& answer, std::size_t tenants_shown);

/// One line: {pool, changes, guessed, left_out, recorded: [{name, jobs, wait_p50_s, wait_p99_s}],
/// before, after}; the last two are as in json_of(sim_result).
[[nodiscard]] std::string json_of(const what_if_answer& answer);

/// Runs the command line; returns the exit status.
int run_what_if(int count, char** arguments);

} // namespace rota::bench
