#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/peers/options.hpp"
#include "bench/peers/results.hpp"
#include "bench/peers/systems.hpp"

namespace rota::bench {

/// How fair each system is when one tenant floods it and others have little waiting, but always
/// something: watched from outside by the fairness meter. A system whose clients live in another
/// process is left out.
void measure_flood(const peers_options& options, const system_places& places,
                   const stop_signal& stop, peers_results& results);

} // namespace rota::bench
