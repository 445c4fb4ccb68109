// Attempts as batch jobs of a Slurm cluster.
#pragma once
#include "executors/executor.hpp"

#include <memory>

namespace rota::executors {

/// Runs attempts by sbatch, with their files below place.folder, which must be on a file system that
/// the nodes see under the same path. place.options may have
///   "conf"     the path for SLURM_CONF; else as in the environment of rotad;
///   "sbatch"   a list of further words for sbatch, such as "--account=lab";
///   "beat_ms"  how often a job shows that it lives, 5000 by default.
/// A folder that can't be made shows in the calls that need it.
[[nodiscard]] std::unique_ptr<executor> make_slurm_executor(const executor_place& place);

} // namespace rota::executors
