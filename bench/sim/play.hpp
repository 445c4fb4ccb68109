// Plays a workload to its end while somebody may be watching.
#pragma once
#include "bench/sim/simulation.hpp"

#include <string>

namespace rota::bench {

/// What was recorded has no deaths and lasts for weeks: looking often at what runs would find nothing.
void look_seldom(simulation_options& settings);

/// With a bar on a terminal, which bears the title. Throws as simulation::step().
[[nodiscard]] sim_result play(const workload& work, const simulation_options& settings,
                              const std::string& title);

} // namespace rota::bench
