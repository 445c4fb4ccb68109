// Kills of the daemon that meet what they are aimed at more and more often.
#pragma once
#include "tests/system/crash/crash_executed_phases.hpp"

#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace rota::tests {

/// Where the daemon dies: on entering a system call of a thread, which then isn't made, or in a trap.
struct aim {
  std::string thread; ///< Its name; empty: at a random moment.
  std::string call;   ///< As strace names it.
  int nth_max = 1;    ///< It is a random one of the thread's next calls.
  bool polls = false; ///< Only made to ask the backend about all attempts.
  /// The executor is idle until jobs become ready, which costs no event: the call is for their start.
  bool fresh = false;
  std::string name = {}; ///< For people, of one that isn't a call.
  /// Sets something outside that kills the daemon by itself, and takes it away.
  std::function<void(bool on)> trap = {};
  int nth_min = 1;
};

/// Learns which aims meet which phases.
class kill_chooser {
public:
  kill_chooser(std::vector<aim> aims, std::uint64_t seed, int wanted);

  [[nodiscard]] bool is_done() const;
  /// One that may well meet the phase that was met least.
  const aim& next();
  /// What came of the last one.
  void met(const std::set<phase>& phases);

  /// In which phases there were attempts, in how many kills.
  [[nodiscard]] std::string summary() const;

  /// 0 to `most`, both included.
  int random(int most);

private:
  struct experience {
    int tries = 0;
    std::map<phase, int> met;
  };
  double promise(std::size_t which, phase wanted);

  std::vector<aim> aims_;
  std::vector<experience> known_;
  std::map<phase, int> counts_;
  std::mt19937_64 random_;
  int wanted_;
  std::size_t chosen_ = 0;
};

} // namespace rota::tests
