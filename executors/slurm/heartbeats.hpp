// Decides which scripts still show a sign of life.
#pragma once
#include "system/thread_safety.hpp"

#include <chrono>
#include <map>
#include <string>

namespace rota::executors::slurm {

/// Uses only this machine's clock and changes of the beats, because the clocks of nodes and file
/// servers differ. Thread-safe.
class heartbeats {
public:
  explicit heartbeats(std::chrono::milliseconds patience) : patience_(patience) {}

  /// Takes a script's latest beat. Returns whether it has not changed for more than `times` times
  /// the patience; false at the first call for a name.
  bool is_silent(const std::string& name, const std::string& beat, int times = 1);

  void forget(const std::string& name);

private:
  using steady = std::chrono::steady_clock;
  struct pulse {
    std::string beat;
    steady::time_point since;
  };

  const std::chrono::milliseconds patience_;
  system::mutex mutex_;
  std::map<std::string, pulse> pulses_ ROTA_GUARDED_BY(mutex_);
};

} // namespace rota::executors::slurm
