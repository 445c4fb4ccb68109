// Runs attempts as batch jobs of a Slurm cluster.
#pragma once
#include "executors/executor.hpp"

#include <memory>

namespace rota::executors {

/// Submits attempts with sbatch; their files are below place.folder, which must be on a file system
/// that the nodes see under the same path. Members of place.options:
///   "conf"     the path for SLURM_CONF; default: that of rotad's environment;
///   "sbatch"   a list of further arguments for sbatch, such as "--account=lab";
///   "beat_ms"  the interval of a job's heartbeats, 5000 by default.
/// If the folder cannot be created, the calls that need it return the error.
[[nodiscard]] std::unique_ptr<executor> make_slurm_executor(const executor_setup& place);

} // namespace rota::executors
