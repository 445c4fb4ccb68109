// Skips tests where no Slurm can run.
#pragma once
#include "tests/support/slurm_lab.hpp"

#include <iostream>

namespace rota::slurm_tests {

/// Returns whether Slurm cannot run here, and then prints the reason.
[[nodiscard]] inline bool is_skipped() {
  const auto why = slurm_lab::obstacle();
  if (why)
    std::cout << "SKIPPED: Slurm can't run here: " << *why << std::endl;
  return why.has_value();
}

} // namespace rota::slurm_tests
