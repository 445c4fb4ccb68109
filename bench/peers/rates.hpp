#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/peers/options.hpp"
#include "bench/peers/results.hpp"
#include "bench/peers/systems.hpp"

namespace rota::bench {

/// Measures all cells on all systems; a round goes through the systems of a cell one after the
/// other, so that a quiet or a noisy minute is everybody's.
void measure_rates(const peers_options& options, const system_places& places,
                   const stop_signal& stop, peers_results& results);

} // namespace rota::bench
