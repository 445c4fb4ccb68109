#include "bench/sim/run_to_end.hpp"

#include "bench/sim/progress_bar.hpp"

#include <chrono>

namespace rota::bench {

using namespace std::chrono_literals;

void poll_rarely(simulation_options& settings) {
  settings.poll_interval_min = 600s;
  settings.poll_interval_max = 3600s;
}

sim_result run_to_end(const workload& work, const simulation_options& settings,
                      const std::string& title) {
  simulation sim{work, settings};
  progress_bar bar{title};
  const auto all = static_cast<double>(work.jobs.size());
  while (sim.step())
    bar.show(static_cast<double>(sim.ended()) / all,
             std::to_string(sim.elapsed() / 1min) + " min simulated");
  return sim.result();
}

} // namespace rota::bench
