#pragma once

#include "bench/common/report.hpp"
#include "bench/peers/results.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rota::bench {

/// The result of a system at a cell; none when it wasn't measured.
[[nodiscard]] const rate_result* find_rate(const peers_results& results, const std::string& system,
                                           const rate_cell& cell);

/// How many times as many cycles one makes as the other: the median of the rounds, and their
/// spread. None without cycles in common rounds.
struct rate_ratio {
  double median = 0;
  double spread = 0;
};
[[nodiscard]] std::optional<rate_ratio> cycle_ratio(const rate_result& one,
                                                    const rate_result& other);

/// All goals that this program can judge.
[[nodiscard]] std::vector<goal_line> judge(const peers_results& results);

} // namespace rota::bench
