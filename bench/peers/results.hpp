#pragma once

#include "bench/common/measure.hpp"
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
  std::vector<double> server_us; ///< CPU time of the server for a job's cycle.
};

/// With `depth` jobs of 1,000 tenants waiting.
struct peer_depth_result {
  peer_traits system;
  std::size_t depth = 0;
  double fill_per_second = 0; ///< Tells only how long a fill takes; some break their promise in it.
  double memory_bytes = 0;    ///< What the server grew by, for each job.
  double disk_bytes = 0;      ///< The same of its folder.
  double pop_p50_ms = 0;      ///< One job at a time on one connection.
  double pop_p99_ms = 0;
  double restart_s = 0; ///< From SIGKILL until it answers.
};

/// Ten tenants, of which one floods.
struct flood_result {
  peer_traits system;
  fairness_reading reading;
  double flood_share = 0;       ///< Of the jobs taken, those of the flooder; 0.1 is fair.
  std::size_t longest_wait = 0; ///< Most jobs of others in a row while a tenant waited.
};

struct peers_results {
  std::vector<rate_result> rates;
  std::vector<peer_depth_result> depths;
  std::vector<flood_result> floods;
};

} // namespace rota::bench
