#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/peers/options.hpp"
#include "bench/peers/results.hpp"
#include "bench/peers/systems.hpp"

namespace rota::bench {

/// Measures every system with much waiting, one after the other, each depth on a new server. A system
/// is left out at a depth that it would take too long to fill.
void measure_depths(const peers_options& options, const system_places& places,
                    const stop_signal& stop, peers_results& results);

} // namespace rota::bench
