// Reads the results that an attempt left in its files.
#pragma once
#include "executors/slurm/run_folder.hpp"

namespace rota::executors::slurm {

/// Returns how it ended, with the beginning of stdout and the end of stderr; for a loop also for
/// each job that ran.
[[nodiscard]] ending ending_of(const run_folder& run, const end_record& end);

} // namespace rota::executors::slurm
