#pragma once

#include "bench/common/program.hpp"

namespace rota::bench {

/// The comparisons to make.
struct peers_options : measure_options {
  peers_options() {
    only = {"rates", "depths", "flood"};
    connections = {1, 8};
    batches = {1, 100};
    seconds = 0.5;
    depths = {10000, 1000000};
    samples = 2000;
  }

  std::filesystem::path bullmq;          ///< Folder of its driver and node_modules.
  std::vector<std::string> systems;      ///< Names of systems.
  std::size_t pushed_jobs_max = 100'000; ///< Maximum number of jobs that one phase pushes.
  double fill_seconds = 200;             ///< Depths that take longer to push are left out.
};

} // namespace rota::bench
