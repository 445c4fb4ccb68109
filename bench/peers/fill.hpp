#pragma once

#include "bench/peers/peer.hpp"

#include <cstdint>

namespace rota::bench {

/// Pushes `requests` batches over its own connections, as fast as the system accepts them.
void fill(peer& system, const peer_shape& shape, tenant_turns& turns, std::uint64_t requests);
/// Takes `jobs` jobs. Throws if there are fewer.
void drain(peer& system, const peer_shape& shape, tenant_turns& turns, std::uint64_t jobs);

} // namespace rota::bench
