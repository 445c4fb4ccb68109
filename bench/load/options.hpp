#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rota::bench {

/// What to measure.
struct load_options {
  std::filesystem::path daemon;    ///< The rotad to measure.
  std::filesystem::path yardstick; ///< The rota-group-commit-server beside it.
  /// Where data folders are created, on the disk to measure.
  std::filesystem::path folder = "/tmp";
  std::vector<std::string> only = {"throughput", "latency",  "memory",  "restart",
                                   "idle",       "executed", "observed"};
  std::vector<std::size_t> batches = {1, 10, 100};
  std::vector<std::size_t> connections = {1, 8, 64};
  std::vector<std::uint32_t> tenants = {1, 1000, 100000};
  std::vector<std::string> durabilities = {"fsync", "os", "memory"};
  bool full = false; ///< Measure every cell also with `os` and `memory`.
  std::size_t rounds = 3;
  double seconds = 1;           ///< Length of one cell in one round.
  std::size_t backlog = 100000; ///< Maximum number of waiting jobs while throughput is measured.
  std::vector<std::size_t> depths = {1000, 10000, 100000, 1000000};
  std::size_t samples = 5000; ///< Pops measured at each depth.
  double idle_seconds = 5;
  std::size_t processes = 10000; ///< Jobs that rotad runs as processes.
  std::size_t processes_at_a_time = 200;
  std::size_t consoles = 100; ///< Consoles that watch a daemon under load.
  /// Length of the load with consoles, and of that without, in each round.
  double observed_seconds = 10;
  bool json = false;

  [[nodiscard]] bool wants(const std::string& section) const {
    return std::find(only.begin(), only.end(), section) != only.end();
  }
};

} // namespace rota::bench
