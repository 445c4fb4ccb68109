#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/peers/options.hpp"
#include "bench/peers/results.hpp"
#include "bench/peers/systems.hpp"

// What is measured of all systems, one function each. What was measured before a failure stays in `results`.

namespace rota::bench {

/// Measures all cells on all systems; a round goes through the systems of a cell one after the
/// other, so that a quiet or a noisy minute is everybody's.
void measure_rates(const peers_options& options, const system_places& places,
                   const stop_signal& stop, peers_results& results);

/// Measures every system with much waiting, one after the other, each depth on a new server. A system
/// is left out at a depth that it would take too long to fill.
void measure_depths(const peers_options& options, const system_places& places,
                    const stop_signal& stop, peers_results& results);

/// How fair each system is when one tenant floods it and others have little waiting, but always
/// something: watched from outside by the fairness meter. A system whose clients live in another
/// process is left out.
void measure_flood(const peers_options& options, const system_places& places,
                   const stop_signal& stop, peers_results& results);

} // namespace rota::bench
