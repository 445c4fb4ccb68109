#pragma once

#include "bench/peers/peer.hpp"
#include "bench/peers/results.hpp"

#include <memory>
#include <vector>

namespace rota::bench {

/// How fair each system is when one tenant floods it and others have little waiting, but always
/// something: watched from outside by the fairness meter. A system whose clients live in another
/// process is left out.
void measure_flood(const std::vector<std::unique_ptr<peer>>& systems, peers_results& results);

} // namespace rota::bench
