#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rota::bench {

/// What is to be measured.
struct load_options {
  std::filesystem::path daemon;          ///< The rotad to measure.
  std::filesystem::path yardstick;       ///< The rota-group-commit-server beside it.
  std::filesystem::path folder = "/tmp"; ///< Where data folders are made: which disk is measured.
  std::vector<std::string> only = {"throughput", "latency",  "memory",  "restart",
                                   "idle",       "executed", "observed"};
  std::vector<std::size_t> batches = {1, 10, 100};
  std::vector<std::size_t> connections = {1, 8, 64};
  std::vector<std::uint32_t> tenants = {1, 1000, 100000};
  std::vector<std::string> durabilities = {"fsync", "os", "memory"};
  bool full = false; ///< Every cell also for os and memory.
  std::size_t rounds = 3;
  double seconds = 1;           ///< Of one cell in one round.
  std::size_t backlog = 100000; ///< Most jobs that wait while throughput is measured.
  std::vector<std::size_t> depths = {1000, 10000, 100000, 1000000};
  std::size_t samples = 5000; ///< Pops measured at each depth.
  double idle_seconds = 5;
  std::size_t processes = 10000; ///< Jobs that rotad runs by itself.
  std::size_t processes_at_a_time = 200;
  std::size_t consoles = 100;   ///< That watch a daemon at work.
  double observed_seconds = 10; ///< Of the load with them, and of that without, in each round.
  bool json = false;

  [[nodiscard]] bool wants(const std::string& section) const {
    return std::find(only.begin(), only.end(), section) != only.end();
  }
};

} // namespace rota::bench
