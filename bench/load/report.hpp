#pragma once

#include "bench/load/results.hpp"

#include <string>

namespace rota::bench {

/// Tables for people: each section that was measured, then the goals.
[[nodiscard]] std::string report_text(const load_results& results);

/// All results as one JSON text, with each round.
[[nodiscard]] std::string report_json(const load_results& results);

} // namespace rota::bench
