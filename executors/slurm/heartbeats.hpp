// Which of the scripts still show that they live.
#pragma once
#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace rota::executors::slurm {

/// Judges by our own clock and by change alone, as the clocks of nodes and file servers differ.
/// Thread-safe.
class heartbeats {
public:
  explicit heartbeats(std::chrono::milliseconds patience) : patience_(patience) {}

  /// Takes what a script wrote last; whether that hasn't changed for longer than so many times the
  /// patience. Never at the first look.
  bool is_silent(const std::string& name, const std::string& beat, int times = 1);

  void forget(const std::string& name);

private:
  using steady = std::chrono::steady_clock;
  struct pulse {
    std::string beat;
    steady::time_point since;
  };

  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::map<std::string, pulse> pulses_;
};

} // namespace rota::executors::slurm
