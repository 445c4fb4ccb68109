// rota-sim what-if: a daemon's own jobs once more, as its settings stand and under others.
#pragma once
#include "bench/sim/what_if/what_if_report.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

struct what_if_question {
  std::optional<std::string> pool = {}; ///< Else the busiest.
  std::vector<std::string> changes = {};
  double overhead_s = 0; ///< Of each attempt, beyond what the daemon recorded of its run.
  std::uint64_t seed = 1;
};

/// `text` is a recording. Throws what reading it, the changes or the simulation throws.
[[nodiscard]] what_if_answer what_if(std::string_view text, const what_if_question& question);

/// The command line.
int run_what_if(int count, char** arguments);

} // namespace rota::bench
