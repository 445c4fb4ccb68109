#pragma once

#include "bench/peers/peer.hpp"

#include <cstdint>

namespace rota::bench {

/// Pushes `requests` batches, on connections of its own, as quickly as the system takes them.
void fill(peer& system, const peer_shape& shape, tenant_turns& turns, std::uint64_t requests);
/// Takes `jobs` jobs. Throws when they aren't there.
void drain(peer& system, const peer_shape& shape, tenant_turns& turns, std::uint64_t jobs);

} // namespace rota::bench
