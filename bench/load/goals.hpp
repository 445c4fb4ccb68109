#pragma once

#include "bench/common/report.hpp"
#include "bench/load/results.hpp"

#include <vector>

namespace rota::bench {

/// Judges all goals of this program.
[[nodiscard]] std::vector<goal_line> judge(const load_results& results);

} // namespace rota::bench
