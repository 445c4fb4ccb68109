// Where executed attempts stood when the daemon died: by its store, by its backend, by themselves.
#pragma once
#include "tests/system/crash/crash_executed_diary.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace rota::tests {

/// In the order in which an attempt goes through them.
enum class phase {
  before_intent, ///< A job is ready, a slot is free, and no intent is durable.
  intended,      ///< The intent is durable, and the backend knows nothing.
  starting,      ///< The backend has something, and the command hasn't begun.
  begun,         ///< The command has, and `started` isn't durable.
  running,
  polled,   ///< Runs, and the daemon was asking its backend about it.
  ended,    ///< The command is over, and its end isn't durable.
  recorded, ///< The end is durable, and the backend still has the attempt.
};
inline constexpr phase all_phases[] = {phase::before_intent, phase::intended, phase::starting,
                                       phase::begun,         phase::running,  phase::polled,
                                       phase::ended,         phase::recorded};
const char* to_text(phase what);

/// What a new daemon will find in its store.
struct durable_state {
  std::map<std::string, bool> attempts; ///< In flight; true: `starting`.
  std::size_t ready = 0;                ///< Jobs.
};
/// Recovers a copy of the data folder, which stays as it is. Throws when that is impossible.
durable_state durable_state_in(const std::filesystem::path& data);

/// What is there besides the store.
struct outer_state {
  std::set<std::string> known; ///< Attempts that the backend's folder has.
  run_diary::figures notes;
};
/// `runs` has a folder for each attempt.
outer_state outer_state_of(const std::filesystem::path& runs, const run_diary& diary);

/// All but `polled`, which nobody can see afterwards.
std::set<phase> phases_of(const durable_state& durable, const outer_state& outer,
                          std::size_t slots);

/// Attempts that the backend has or had and whose intent is nowhere: those that haven't ended and
/// that the store doesn't know. There must be none.
std::set<std::string> unexplained(const durable_state& durable, const outer_state& outer);

} // namespace rota::tests
