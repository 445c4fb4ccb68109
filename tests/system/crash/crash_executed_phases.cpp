#include "tests/system/crash/crash_executed_phases.hpp"

#include "actors/runtime/recovery.hpp"
#include "engine/ids.hpp"
#include "persistence/store/store.hpp"
#include "tests/support/temporary_folder.hpp"

#include <chrono>
#include <stdexcept>
#include <system_error>

namespace rota::tests {
namespace {

namespace fs = std::filesystem;

/// Copies the store without the files of its executors.
void copy_store(const fs::path& data, const fs::path& to) {
  fs::create_directories(to);
  for (const auto& part : fs::directory_iterator{data})
    if (part.path().filename() != "run")
      fs::copy(part.path(), to / part.path().filename(), fs::copy_options::recursive);
}

template <class Result>
auto value_of(Result&& result) {
  if (!result)
    throw std::runtime_error("the store can't be recovered: " + result.error().message);
  return std::move(*result);
}

} // namespace

const char* to_text(phase what) {
  switch (what) {
  case phase::before_intent: return "before the intent";
  case phase::intended: return "intended";
  case phase::starting: return "starting";
  case phase::begun: return "begun";
  case phase::running: return "running";
  case phase::polled: return "polled";
  case phase::ended: return "ended";
  case phase::recorded: return "recorded";
  }
  return "";
}

durable_state durable_state_in(const fs::path& data) {
  const temporary_folder scratch;
  copy_store(data, scratch.path() / "data");
  const auto store = value_of(
      persistence::store::open(scratch.path() / "data", {.level = persistence::durability::os}));
  const auto found = value_of(actors::recover(*store));
  const engine::time_point now{
      std::chrono::floor<engine::duration>(std::chrono::system_clock::now().time_since_epoch())};
  durable_state state;
  for (const auto& [number, queue] : found.queues) {
    queue.core->advance(now);
    state.ready += queue.core->counts().ready;
    for (const auto attempt : queue.core->attempts())
      state.attempts[engine::to_text(engine::attempt_id{number, attempt})] =
          queue.core->attempt(attempt)->starting;
  }
  return state;
}

outer_state outer_state_of(const fs::path& runs, const run_log& runs_log) {
  outer_state state;
  std::error_code ignored;
  for (const auto& run : fs::directory_iterator{runs, ignored})
    state.known.insert(run.path().filename());
  state.log = runs_log.read();
  return state;
}

std::set<phase> phases_of(const durable_state& durable, const outer_state& outer,
                          std::size_t slots) {
  std::set<phase> hit;
  if (durable.ready > 0 && durable.attempts.size() < slots)
    hit.insert(phase::before_intent);
  for (const auto& [attempt, is_starting] : durable.attempts) {
    if (outer.log.ended.contains(attempt))
      hit.insert(phase::ended);
    else if (!is_starting)
      hit.insert(phase::running);
    else if (outer.log.begun.contains(attempt))
      hit.insert(phase::begun);
    else if (outer.known.contains(attempt))
      hit.insert(phase::starting);
    else
      hit.insert(phase::intended);
  }
  for (const auto& attempt : outer.known)
    if (!durable.attempts.contains(attempt) && outer.log.ended.contains(attempt))
      hit.insert(phase::recorded);
  return hit;
}

std::set<std::string> unexplained(const durable_state& durable, const outer_state& outer) {
  std::set<std::string> found;
  const auto look_at = [&](const std::string& attempt) {
    if (!durable.attempts.contains(attempt) && !outer.log.ended.contains(attempt))
      found.insert(attempt);
  };
  for (const auto& attempt : outer.known)
    look_at(attempt);
  for (const auto& [attempt, times] : outer.log.begun)
    look_at(attempt);
  return found;
}

} // namespace rota::tests
