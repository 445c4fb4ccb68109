// Kills parts of a real backend at random moments, with attempts in all phases, and checks the
// executor's promises: no attempt runs twice, none is forgotten, each is reported with its true end
// or as lost, a fence holds, and nothing is left behind.
#pragma once
#include "executors/executor.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace rota::tests {

using dice = std::mt19937_64;

/// The phase of an attempt when something is killed.
enum class attempt_phase : std::uint8_t {
  starting, ///< start() is in progress.
  running,
  finishing, ///< The command's last action is done.
  ended,     ///< list() reported it.
  fencing,
  removing,
};

/// A backend, and how to kill its parts.
struct kill_target {
  std::unique_ptr<executors::executor> executor;
  /// Returns the order for a shell script.
  std::function<executors::start_order(const std::string& name, const std::string& script)> order;
  std::filesystem::path shared; ///< Folder that attempts write to.
  std::string shared_inside;    ///< The same folder as attempts see it.
  /// Sends SIGKILL to a part; to one of the attempt's own if there is one. Returns false if there
  /// is none now.
  std::function<bool(const std::string& attempt, dice&)> kill;
  /// Restarts what does not restart by itself.
  std::function<void()> restart = [] {};
  /// Does what an operator of the backend would do now and then.
  std::function<void()> tend = [] {};
  /// Returns what the backend and the executor still have of attempts, for people.
  std::function<std::vector<std::string>()> leftovers;

  /// Only attempts of which an own part was killed may be lost.
  bool loses_only_victims = false;
  std::size_t attempts_at_once = 6;
  /// Maximum run time of most attempts, and run time of a quarter of them.
  std::chrono::milliseconds short_time{500};
  std::chrono::milliseconds long_time{1000};
  /// A backend that forgets an attempt may end it: this many may be reported as ended by SIGTERM.
  std::size_t forgotten_ends_max = 0;
  /// Maximum time from an attempt's entry into a phase to the kill.
  std::chrono::milliseconds spread{100};
};

/// Makes `kills` kills, lets all attempts end, and fails the running test if a promise is broken.
/// Prints the seed of its random moments; the variable ROTA_SEED sets it.
void kill_often(kill_target& target, const std::string& what, int kills);

} // namespace rota::tests
