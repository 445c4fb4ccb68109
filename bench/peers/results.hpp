#pragma once

#include "bench/peers/peer.hpp"
#include "engine/fair_share/fairness_gap.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rota::bench {

/// A cell of the table of rates, the same for all systems.
struct rate_cell {
  std::uint32_t tenants = 1;
  std::size_t connections = 1;
  std::size_t batch = 1;

  bool operator==(const rate_cell&) const = default;
};

/// Jobs per second, one value per round.
struct rate_result {
  peer_traits system;
  rate_cell cell;
  std::vector<double> push;
  std::vector<double> take; ///< Jobs popped and completed.
  std::vector<double> cycle;
  std::vector<double> server_us; ///< CPU time of the server per push, pop and completion of a job.
};

/// Measured with `depth` waiting jobs of 1,000 tenants.
struct peer_depth_result {
  peer_traits system;
  std::size_t depth = 0;
  /// Shows only how long a fill takes; some systems give up durability for it.
  double fill_per_second = 0;
  double memory_bytes = 0; ///< Growth of the server's memory, per job.
  double disk_bytes = 0;   ///< Growth of its folder, per job.
  double pop_p50_ms = 0;   ///< One job at a time on one connection.
  double pop_p99_ms = 0;
  double restart_s = 0; ///< From SIGKILL to the first answer.
};

/// Ten tenants, one of which floods.
struct flood_result {
  peer_traits system;
  engine::fairness_gap fairness;
  double flood_share = 0;       ///< The flooder's part of the jobs taken; 0.1 is fair.
  std::size_t longest_wait = 0; ///< Longest run of other tenants' jobs while a tenant waited.
};

struct peers_results {
  std::vector<rate_result> rates;
  std::vector<peer_depth_result> depths;
  std::vector<flood_result> floods;
};

} // namespace rota::bench
