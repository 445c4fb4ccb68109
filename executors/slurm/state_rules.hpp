// Decides an attempt's state from its folder and from Slurm's report: the table in README.md.
#pragma once
#include "executors/slurm/heartbeats.hpp"
#include "executors/slurm/run_folder.hpp"
#include "executors/slurm/slurm_client.hpp"

#include <optional>
#include <string>

namespace rota::executors::slurm {

/// `job` is what Slurm reported at a moment when the folder already existed; null: nothing. Returns
/// nothing if the attempt was removed. Writes the end of an attempt that ended otherwise than by
/// its script.
[[nodiscard]] std::optional<attempt_state> state_of(const std::string& name, const run_folder& run,
                                                    const slurm_job* job, heartbeats& beats);

} // namespace rota::executors::slurm
