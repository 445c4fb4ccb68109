// What an attempt of Slurm left in its files, as the rest of Rota wants it.
#pragma once
#include "executors/slurm/run_folder.hpp"

namespace rota::executors::slurm {

/// How it ended, with the start of stdout and the last of stderr, and for a loop the same of each
/// job that ran.
[[nodiscard]] ending ending_of(const run_folder& run, const end_record& end);

} // namespace rota::executors::slurm
