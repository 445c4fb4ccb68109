// A report as one HTML file that needs nothing else: readable on a phone, in the light and in the dark.
#pragma once
#include "bench/sim/results.hpp"

#include <string>
#include <vector>

namespace rota::bench {

/// Of one result, or of several with the same input, which are compared before each is shown. `command`
/// is what made it. Throws when gnuplot is missing.
[[nodiscard]] std::string html_of(const std::vector<sim_result>& results,
                                  const std::string& command);

} // namespace rota::bench
