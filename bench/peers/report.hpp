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

/// A ratio of rates over several rounds.
struct rate_ratio {
  double median = 0;
  double spread = 0;
};
/// The ratio of the cycles of `one` to those of `other`, round by round. Nothing if they have no
/// rounds in common.
[[nodiscard]] std::optional<rate_ratio> cycle_ratio(const rate_result& one,
                                                    const rate_result& other);

/// Judges all goals of this program.
[[nodiscard]] std::vector<goal_line> judge(const peers_results& results);

/// Tables for people, with the goals at the end.
[[nodiscard]] std::string report_text(const peers_results& results);
/// The same as JSON, with each round.
[[nodiscard]] std::string report_json(const peers_results& results);

} // namespace rota::bench
