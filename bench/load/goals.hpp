#pragma once

#include "bench/load/results.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rota::bench {

enum class goal_state : std::uint8_t { reached, missed, not_measured };

/// One goal of the design beside what was measured.
struct goal_line {
  std::string measure;
  std::string goal;
  std::string measured; ///< Says at which cell; empty when nothing was measured.
  goal_state state = goal_state::not_measured;
};

/// All goals that this program can judge.
[[nodiscard]] std::vector<goal_line> judge(const load_results& results);

[[nodiscard]] std::string to_text(goal_state state);

} // namespace rota::bench
