// What to make of an attempt from its folder and from what Slurm says: the table in README.md.
#pragma once
#include "executors/slurm/heartbeats.hpp"
#include "executors/slurm/run_folder.hpp"
#include "executors/slurm/slurm_client.hpp"

#include <optional>
#include <string>

namespace rota::executors::slurm {

/// `job` is what Slurm knew of the attempt at a moment when its folder was there already; null:
/// nothing. Nothing when the attempt was removed. Writes the end of an attempt that ended otherwise
/// than by its script.
[[nodiscard]] std::optional<sight> sight_of(const std::string& name, const run_folder& run,
                                            const known_job* job, heartbeats& beats);

} // namespace rota::executors::slurm
