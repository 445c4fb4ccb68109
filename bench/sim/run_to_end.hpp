// Runs a workload to its end, with a progress bar on a terminal.
#pragma once
#include "bench/sim/simulation.hpp"

#include <string>

namespace rota::bench {

/// Makes the poller list attempts rarely. For recorded workloads, which last for weeks and contain
/// no deaths that polling could find.
void poll_rarely(simulation_options& settings);

/// Runs a simulation to its end. `title` is shown beside the progress bar. Throws like
/// simulation::step().
[[nodiscard]] sim_result run_to_end(const workload& work, const simulation_options& settings,
                                    const std::string& title);

} // namespace rota::bench
