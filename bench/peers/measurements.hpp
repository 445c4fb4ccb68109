#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/peers/options.hpp"
#include "bench/peers/results.hpp"
#include "bench/peers/systems.hpp"

// The measurements, one function each, over all systems. What was measured before a failure stays
// in `results`.

namespace rota::bench {

/// Measures all cells on all systems. A round measures a cell on one system after the other, so
/// that quiet and noisy minutes affect all of them.
void measure_rates(const peers_options& options, const system_paths& paths, const stop_signal& stop,
                   peers_results& results);

/// Measures each system at large depths, each depth on a new server. Leaves a system out at a depth
/// that would take too long to fill.
void measure_depths(const peers_options& options, const system_paths& paths,
                    const stop_signal& stop, peers_results& results);

/// Measures the fairness of each system, from outside with the fairness meter, while one tenant
/// floods it and the others always have a little work waiting. Leaves out systems whose clients run
/// in another process.
void measure_flood(const peers_options& options, const system_paths& paths, const stop_signal& stop,
                   peers_results& results);

} // namespace rota::bench
