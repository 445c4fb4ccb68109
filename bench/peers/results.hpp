#pragma once

#include "bench/peers/peer.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rota::bench {

/// One point of the table of rates, the same for all systems.
struct rate_cell {
  std::uint32_t tenants = 1;
  std::size_t connections = 1;
  std::size_t batch = 1;

  bool operator==(const rate_cell&) const = default;
};

/// Jobs a second, one value of each a round.
struct rate_result {
  peer_traits system;
  rate_cell cell;
  std::vector<double> push;
  std::vector<double> take; ///< Popped and completed.
  std::vector<double> cycle;
};

struct peers_results {
  std::vector<rate_result> rates;
};

} // namespace rota::bench
