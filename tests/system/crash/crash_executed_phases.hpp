// The phases of executed attempts at the daemon's death, from its store, its backend and the
// commands' records.
#pragma once
#include "tests/system/crash/crash_executed_run_log.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace rota::tests {

/// The phases of an attempt, in order.
enum class phase {
  before_intent, ///< A job is ready, a slot is free, and no intent is durable.
  intended,      ///< The intent is durable; the backend has not been called.
  starting,      ///< The backend has the attempt; the command has not started.
  begun,         ///< The command has started; `started` is not durable.
  running,
  polled,   ///< Running, while the daemon is asking the backend about it.
  ended,    ///< The command has ended; its end is not durable.
  recorded, ///< The end is durable; the backend still has the attempt.
};
inline constexpr phase all_phases[] = {phase::before_intent, phase::intended, phase::starting,
                                       phase::begun,         phase::running,  phase::polled,
                                       phase::ended,         phase::recorded};
const char* to_text(phase what);

/// The state that a new daemon will find in its store.
struct durable_state {
  std::map<std::string, bool> attempts; ///< Attempts in flight; true if `starting`.
  std::size_t ready = 0;                ///< Number of ready jobs.
};
/// Recovers a copy of the data folder, which stays unchanged. Throws if that fails.
durable_state durable_state_in(const std::filesystem::path& data);

/// The state outside the store.
struct outer_state {
  std::set<std::string> known; ///< Attempts in the backend's folder.
  run_log::figures log;
};
/// `runs` contains a folder for each attempt.
outer_state outer_state_of(const std::filesystem::path& runs, const run_log& runs_log);

/// All phases except `polled`, which leaves no trace.
std::set<phase> phases_of(const durable_state& durable, const outer_state& outer,
                          std::size_t slots);

/// Attempts that the backend has or had without an intent: they have not ended and the store does
/// not contain them. There must be none.
std::set<std::string> unexplained(const durable_state& durable, const outer_state& outer);

} // namespace rota::tests
