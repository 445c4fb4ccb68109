// A report as one self-contained HTML file, readable on a phone and in light and dark mode.
#pragma once
#include "bench/sim/results.hpp"

#include <string>
#include <vector>

namespace rota::bench {

/// The page for one result, or for several with the same input, which are compared first and then
/// shown one by one. `command` is the command that produced it. Throws if gnuplot is not installed.
[[nodiscard]] std::string html_of(const std::vector<sim_result>& results,
                                  const std::string& command);

} // namespace rota::bench
