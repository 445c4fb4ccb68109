#pragma once

#include "bench/common/report.hpp"
#include "bench/peers/results.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rota::bench {

/// The result of a system for a cell; nothing if it was not measured.
[[nodiscard]] const rate_result* find_rate(const peers_results& results, const std::string& system,
                                           const rate_cell& cell);

/// The ratio of one system's cycles to the other's: the median of the rounds and their spread.
/// Nothing if they have no rounds in common.
struct rate_ratio {
  double median = 0;
  double spread = 0;
};
[[nodiscard]] std::optional<rate_ratio> cycle_ratio(const rate_result& one,
                                                    const rate_result& other);

/// Judges all goals of this program.
[[nodiscard]] std::vector<goal_line> judge(const peers_results& results);

} // namespace rota::bench
