#pragma once

#include "bench/load/results.hpp"

#include <string>

namespace rota::bench {

/// The tables for people: each section that was measured, then the goals.
[[nodiscard]] std::string report_text(const load_results& results);

/// All of it as one JSON text, rounds and all.
[[nodiscard]] std::string report_json(const load_results& results);

} // namespace rota::bench
