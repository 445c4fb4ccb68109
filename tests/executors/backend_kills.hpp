// Kills parts of a real backend at random moments while attempts are in all phases on it, and checks
// what an executor promises: no attempt runs twice, none is forgotten, each is told with its true end
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

/// What an attempt was at when something was killed.
enum class attempt_phase : std::uint8_t {
  starting, ///< start() is under way.
  running,
  ending, ///< The command's last act is done.
  ended,  ///< list() said so.
  fencing,
  removing,
};

/// A backend, and how to kill what is to be killed of it.
struct kill_target {
  std::unique_ptr<executors::executor> executor;
  /// The order for a script of the shell.
  std::function<executors::start_order(const std::string& name, const std::string& script)> order;
  std::filesystem::path shared; ///< Where attempts write.
  std::string shared_inside;    ///< The same folder as they see it.
  /// SIGKILL to some part; one of the attempt's own if it has such. False when there is none now.
  std::function<bool(const std::string& attempt, dice&)> kill;
  /// Starts again what doesn't do so by itself.
  std::function<void()> restart = [] {};
  /// What somebody who looks after the backend does now and then.
  std::function<void()> tend = [] {};
  /// What the backend and the executor still have of attempts, for people to read.
  std::function<std::vector<std::string>()> leftovers;

  /// Only attempts whose own part was killed may be lost.
  bool loses_only_victims = false;
  std::size_t attempts_at_once = 6;
  /// Most attempts run at most so long, and a quarter of them so long.
  std::chrono::milliseconds short_time{500};
  std::chrono::milliseconds long_time{1000};
  /// A backend that forgets an attempt may end it: so many may be told as ended by SIGTERM.
  std::size_t forgotten_ends_max = 0;
  /// A kill comes at most so long after an attempt has come into a phase.
  std::chrono::milliseconds spread{100};
};

/// Kills so often, then lets all attempts come to their end, and fails the running test when a promise
/// is broken. Prints the seed of its random moments; the variable ROTA_SEED sets it.
void kill_often(kill_target& target, const std::string& what, int kills);

} // namespace rota::tests
