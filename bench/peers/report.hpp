#pragma once

#include "bench/peers/results.hpp"

#include <string>

namespace rota::bench {

/// Tables for people, the goals last.
[[nodiscard]] std::string report_text(const peers_results& results);
/// The same, with each round, for programs.
[[nodiscard]] std::string report_json(const peers_results& results);

} // namespace rota::bench
