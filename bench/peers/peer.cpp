#include "bench/peers/peer.hpp"

#include <stdexcept>
#include <string>

namespace rota::bench {

namespace {

/// Many, so that durable systems can gather many requests in one sync.
constexpr std::size_t connections = 64;

} // namespace

void fill(peer& system, const peer_shape& shape, tenant_turns& turns, std::uint64_t requests) {
  system.begin_fill();
  static_cast<void>(system.open(connections, shape.batch, turns)
                        ->run(peer_work::push, {.jobs = requests * shape.batch}));
  system.end_fill();
}

void drain(peer& system, const peer_shape& shape, tenant_turns& turns, std::uint64_t jobs) {
  const auto load = system.open(connections, shape.batch, turns);
  while (jobs > 0) {
    const auto taken = load->run(peer_work::take, {.jobs = jobs}).taken;
    if (taken == 0 || taken > jobs) {
      throw std::runtime_error(system.traits().name + " returned " + std::to_string(taken) +
                               " jobs although it should have " + std::to_string(jobs) +
                               " waiting");
    }
    jobs -= taken;
  }
}

} // namespace rota::bench
