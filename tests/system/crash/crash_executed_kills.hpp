// Chooses when to kill the daemon, and learns which choices hit which phase of an attempt.
#pragma once
#include "tests/system/crash/crash_executed_phases.hpp"

#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace rota::tests {

/// The point at which the daemon dies: on entry to a system call of a thread, which is then not
/// made, or in a trap.
struct kill_point {
  std::string thread; ///< Name of the thread; empty: at a random moment.
  std::string call;   ///< Name of the call in strace.
  int nth_max = 1;    ///< A random one of this many next calls of the thread.
  bool polls = false; ///< The call is made only to list the backend's attempts.
  /// The executor stays idle until its jobs become ready, which takes no event, so the call is for
  /// their start.
  bool fresh = false;
  std::string name = {}; ///< A name for messages, if it is no call.
  /// Enables or disables something outside that kills the daemon.
  std::function<void(bool on)> trap = {};
  int nth_min = 1;
};

/// Learns which kill points hit which phases.
class kill_chooser {
public:
  kill_chooser(std::vector<kill_point> kill_points, std::uint64_t seed, int wanted);

  [[nodiscard]] bool is_done() const;
  /// The point that is likely to hit the phase that was hit least often.
  const kill_point& next();
  /// Records the phases that the last kill hit.
  void hit(const std::set<phase>& phases);

  /// The number of kills that hit each phase.
  [[nodiscard]] std::string summary() const;

  /// A random number from 0 to `max`, both included.
  int random(int max);

private:
  struct hit_counts {
    int tries = 0;
    std::map<phase, int> hit;
  };
  double expected_hit_rate(std::size_t which, phase wanted);

  std::vector<kill_point> kill_points_;
  std::vector<hit_counts> known_;
  std::map<phase, int> counts_;
  std::mt19937_64 random_;
  int wanted_;
  std::size_t chosen_ = 0;
};

} // namespace rota::tests
