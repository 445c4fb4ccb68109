#include "tests/executors/attempt_world.hpp"

namespace rota::tests {

using namespace engine;
using namespace executors;

/// Plans an attempt at its first start: whether it is refused, how long it runs, and whether it
/// stops at TERM.
start_result attempt_world::start(const std::string& name) {
  const bool answer_is_lost = fails();
  if (fails())
    return start_failure{start_failure_kind::temporary, "busy"};
  if (const auto found = runs_.find(name); found != runs_.end()) {
    if (found->second.fenced)
      return start_failure{start_failure_kind::refused, "fenced"};
    return started{"handle", found->second.started};
  }
  if (ever_ran_.contains(name))
    return started{"handle", now_};
  if (refused_.contains(name) || (shape_.refusals && !calm_ && chance(10))) {
    refused_.insert(name);
    return start_failure{start_failure_kind::refused, "no such command"};
  }
  run made;
  made.started = now_;
  made.ends = now_ + milliseconds{pick(chance(10) ? 60'000 : 3'000)};
  if (chance(60))
    made.stops_in = milliseconds{pick(1'500)};
  if (shape_.late_lists)
    made.hidden_lists = static_cast<int>(pick(3));
  ever_ran_.insert(name);
  runs_.emplace(name, made);
  if (answer_is_lost)
    return start_failure{start_failure_kind::temporary, "the answer got lost"};
  return started{"handle", now_};
}

std::vector<listed_attempt> attempt_world::list() {
  std::vector<listed_attempt> seen;
  for (auto& [name, r] : runs_) {
    if (r.hidden_lists > 0 && !ended(r)) {
      --r.hidden_lists;
      continue;
    }
    seen.push_back({name, r.fenced || r.lost ? attempt_state::lost
                          : ended(r)         ? attempt_state::ended
                                             : attempt_state::running});
  }
  return seen;
}

backend_result<attempt_result> attempt_world::result(const std::string& name) {
  const auto found = runs_.find(name);
  if (fails() || found == runs_.end() || found->second.lost || !ended(found->second))
    return backend_error{"there is no result"};
  attempt_result how;
  how.exit_code = 0;
  how.started = found->second.started;
  how.finished = found->second.ends;
  return how;
}

void attempt_world::carry_out(const signal_call& call) {
  const auto found = runs_.find(call.name);
  if (found == runs_.end())
    return;
  auto& r = found->second;
  if (call.what == stop_signal::kill)
    r.ends = std::min(r.ends, now_);
  else if (r.stops_in)
    r.ends = std::min<time_point>(r.ends, now_ + *r.stops_in);
}

void attempt_world::carry_out(const fence_call& call) {
  ever_ran_.insert(call.name); // the name remains taken
  auto& r = runs_[call.name];
  r.fenced = true;
  r.ends = std::min(r.ends, now_);
}

void attempt_world::carry_out(const remove_call& call) { runs_.erase(call.name); }

} // namespace rota::tests
