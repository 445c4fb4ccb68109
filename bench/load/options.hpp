#pragma once

#include "bench/common/program.hpp"

namespace rota::bench {

/// The measurements to make.
struct load_options : measure_options {
  load_options() {
    only = {"throughput", "latency", "memory", "restart", "idle", "executed", "observed"};
    connections = {1, 8, 64};
    batches = {1, 10, 100};
    depths = {1000, 10000, 100000, 1000000};
  }

  std::filesystem::path yardstick; ///< The rota-group-commit-server next to the daemon.
  std::vector<std::string> durabilities = {"fsync", "os", "memory"};
  bool full = false; ///< Measure every cell also with `os` and `memory`.
  double idle_seconds = 5;
  std::size_t processes = 10000; ///< Jobs that rotad runs as processes.
  std::size_t processes_at_a_time = 200;
  std::size_t consoles = 100; ///< Consoles that watch a daemon under load.
  /// Length of the load with consoles, and of that without, in each round.
  double observed_seconds = 10;
};

} // namespace rota::bench
