#pragma once

#include "bench/peers/results.hpp"

#include <string>

namespace rota::bench {

/// Tables for people, with the goals at the end.
[[nodiscard]] std::string report_text(const peers_results& results);
/// The same as JSON, with each round.
[[nodiscard]] std::string report_json(const peers_results& results);

} // namespace rota::bench
