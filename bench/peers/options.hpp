#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rota::bench {

/// What to compare.
struct peers_options {
  std::filesystem::path daemon; ///< The rotad to measure.
  std::filesystem::path bullmq; ///< Folder of its driver and node_modules.
  /// Where data folders are created, on the disk to measure.
  std::filesystem::path folder = "/tmp";
  std::vector<std::string> systems; ///< Names of systems.
  std::vector<std::string> only = {"rates", "depths", "flood"};
  std::vector<std::uint32_t> tenants = {1, 1000, 100000};
  std::vector<std::size_t> connections = {1, 8};
  std::vector<std::size_t> batches = {1, 100};
  std::size_t rounds = 3;
  double seconds = 0.5;         ///< Length of each phase of a cell in a round.
  std::size_t backlog = 100000; ///< Maximum number of waiting jobs while rates are measured.
  std::size_t pushed_jobs_max = 100'000; ///< Maximum number of jobs that one phase pushes.
  std::vector<std::size_t> depths = {10000, 1000000};
  std::size_t samples = 2000; ///< Pops measured at each depth.
  double fill_seconds = 200;  ///< Depths that take longer to push are left out.
  bool json = false;

  [[nodiscard]] bool wants(const std::string& section) const {
    return std::find(only.begin(), only.end(), section) != only.end();
  }
};

} // namespace rota::bench
