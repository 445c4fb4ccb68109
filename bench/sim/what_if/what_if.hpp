// rota-sim what-if: replays a daemon's own jobs under its settings and under changed ones.
#pragma once
#include "bench/sim/what_if/what_if_report.hpp"

#include <cstdint>
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

/// `text` is a recording. Throws the errors of reading it, of the changes and of the simulation.
[[nodiscard]] what_if_answer what_if(std::string_view text, const what_if_question& question);

/// Runs the command line; returns the exit status.
int run_what_if(int count, char** arguments);

} // namespace rota::bench
