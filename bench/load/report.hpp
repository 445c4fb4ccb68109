#pragma once

#include "bench/common/report.hpp"
#include "bench/load/results.hpp"

#include <string>
#include <vector>

namespace rota::bench {

/// Judges all goals of this program.
[[nodiscard]] std::vector<goal_line> judge(const load_results& results);

/// Tables for people: each section that was measured, then the goals.
[[nodiscard]] std::string report_text(const load_results& results);

/// All results as one JSON text, with each round.
[[nodiscard]] std::string report_json(const load_results& results);

} // namespace rota::bench
