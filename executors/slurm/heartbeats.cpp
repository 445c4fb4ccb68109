#include "executors/slurm/heartbeats.hpp"

namespace rota::executors::slurm {

bool heartbeats::is_silent(const std::string& name, const std::string& beat, int times) {
  const auto now = steady::now();
  const system::lock held{mutex_};
  auto& pulse = pulses_.try_emplace(name, heartbeats::pulse{beat, now}).first->second;
  if (pulse.beat != beat)
    pulse = {beat, now};
  return now - pulse.since > patience_ * times;
}

void heartbeats::forget(const std::string& name) {
  const system::lock held{mutex_};
  pulses_.erase(name);
}

} // namespace rota::executors::slurm
