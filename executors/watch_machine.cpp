#include "executors/watch_machine.hpp"

#include <utility>

namespace rota::executors {

using namespace engine;

std::vector<watch_machine::effect> watch_machine::take_effects() {
  return std::exchange(effects_, {});
}

watch_machine::watched_attempt* watch_machine::find(attempt_id attempt) {
  const auto found = watched_.find(attempt);
  return found == watched_.end() ? nullptr : &found->second;
}

watch_machine::watched_attempt* watch_machine::find(const std::string& name) {
  const auto id = attempt_id_from(name);
  return id ? find(*id) : nullptr;
}

watch_figures watch_machine::figures() const {
  auto figures = figures_;
  figures.running = watched_.size();
  figures.orphans =
      static_cast<std::size_t>(std::count_if(orphans_.begin(), orphans_.end(), [](const auto& o) {
        return o.second.rounds >= orphan_rounds_min;
      }));
  return figures;
}

// -- time -----------------------------------------------------------------------------------------

time_point watch_machine::next_signal_at() const {
  auto at = never;
  for (const auto& [id, attempt] : watched_)
    if (attempt.step == watch_step::running)
      at = std::min(at, attempt.next_signal_at);
  return at;
}

/// The next round follows after the interval, or earlier if a signal is due. With nothing to watch
/// there are no rounds.
void watch_machine::schedule_round(time_point now) {
  if (watched_.empty() && orphans_.empty() && list_failures_ == 0)
    return;
  next_round_at_ = std::min({next_round_at_, now + interval_, next_signal_at()});
}

void watch_machine::tick(time_point now) {
  if (now < next_round_at_)
    return;
  next_round_at_ = never;
  send_due_signals(now);
  start_round();
}

void watch_machine::start_round() {
  if (round_open_) {
    round_wanted_ = true;
    return;
  }
  round_open_ = true;
  round_wanted_ = false;
  effects_.push_back(list_call{++round_});
}

// -- new attempts, cancels ------------------------------------------------------------------------

void watch_machine::watch(watch_order what, time_point now) {
  const auto id = what.attempt;
  watched_attempt attempt;
  attempt.first_round = round_ + 1;
  if (what.timeout)
    attempt.next_signal_at = what.started + *what.timeout;
  attempt.what = std::move(what);
  auto& kept = watched_.insert_or_assign(id, std::move(attempt)).first->second;
  if (ended_early_.erase(id) > 0)
    fetch(kept);
  if (kept.what.cancelled)
    stop(kept, now);
  interval_ = limits_.round_interval_min;
  schedule_round(now);
}

void watch_machine::cancel(attempt_id id, time_point now) {
  if (auto* attempt = find(id))
    stop(*attempt, now);
}

void watch_machine::stop(watched_attempt& attempt, time_point now) {
  if (attempt.reason != stop_reason::none)
    return;
  attempt.reason = stop_reason::cancel;
  attempt.next_signal_at = now;
  send_due_signals(now);
  schedule_round(now);
}

/// TERM first, KILL after the grace. An attempt in another step gets its signal afterwards.
void watch_machine::send_due_signals(time_point now) {
  for (auto& [id, attempt] : watched_) {
    if (attempt.step != watch_step::running || attempt.next_signal_at > now)
      continue;
    if (attempt.reason == stop_reason::none)
      attempt.reason = stop_reason::timeout;
    effects_.push_back(signal_call{to_text(id), attempt.signal});
    attempt.next_signal_at =
        now + (attempt.signal == stop_signal::kill ? kill_again : attempt.what.grace);
    attempt.signal = stop_signal::kill;
    interval_ = limits_.round_interval_min;
  }
}

// -- ends -----------------------------------------------------------------------------------------

void watch_machine::fetch(watched_attempt& attempt) {
  attempt.step = watch_step::fetching;
  effects_.push_back(result_call{attempt.what.attempt});
}

void watch_machine::fence(watched_attempt& attempt) {
  attempt.step = watch_step::fencing;
  effects_.push_back(fence_call{to_text(attempt.what.attempt)});
}

/// Takes no further step with the attempt until its end is durable.
void watch_machine::settle(watched_attempt& attempt, effect how) {
  attempt.step = watch_step::settling;
  effects_.push_back(std::move(how));
}

/// A call for one attempt failed, which affects no other: the next rounds try again.
void watch_machine::resume_watching(watched_attempt& attempt, const std::string& why) {
  attempt.step = watch_step::running;
  effects_.push_back(health_report{why});
}

void watch_machine::result_answered(attempt_id id, backend_result<attempt_result> answer,
                                    time_point now) {
  auto* attempt = find(id);
  if (attempt == nullptr || attempt->step != watch_step::fetching)
    return;
  if (!answer) {
    resume_watching(*attempt, answer.error().message);
    send_due_signals(now);
    return schedule_round(now);
  }
  answer->timed_out = answer->timed_out || attempt->reason == stop_reason::timeout;
  settle(*attempt, settle_ended{id, std::move(attempt->what.jobs), std::move(*answer)});
}

void watch_machine::answered(const signal_call&, const std::string& error, time_point now) {
  if (!error.empty())
    effects_.push_back(health_report{error});
  schedule_round(now);
}

void watch_machine::answered(const fence_call& call, const std::string& error, time_point now) {
  auto* attempt = find(call.name);
  if (attempt == nullptr) {
    if (error.empty()) // an orphan
      effects_.push_back(remove_call{call.name});
  } else if (attempt->step == watch_step::fencing && error.empty()) {
    ++figures_.lost;
    settle(*attempt, settle_lost{attempt->what.attempt});
  } else if (attempt->step == watch_step::fencing) {
    resume_watching(*attempt, error);
  }
  schedule_round(now);
}

void watch_machine::answered(const remove_call& call, const std::string& error, time_point now) {
  if (!error.empty()) {
    effects_.push_back(health_report{error});
    orphans_.try_emplace(call.name, orphan{now, 0}); // so that rounds continue until it is gone
  }
  const auto* attempt = find(call.name);
  if (attempt != nullptr && attempt->step == watch_step::removing)
    watched_.erase(attempt->what.attempt);
  schedule_round(now);
}

void watch_machine::settled(attempt_id id, position end) {
  const auto* attempt = find(id);
  if (attempt == nullptr || attempt->step != watch_step::settling)
    return;
  ends_.add(end, id);
  effects_.push_back(durable_wait{end});
}

void watch_machine::durable(position reached) {
  for (const auto id : ends_.take(reached)) {
    watched_.at(id).step = watch_step::removing;
    effects_.push_back(remove_call{to_text(id)});
  }
}

// -- rounds ---------------------------------------------------------------------------------------

void watch_machine::hinted(const std::string& name, const attempt_set& starting) {
  if (auto* attempt = find(name)) {
    if (attempt->step == watch_step::running)
      fetch(*attempt);
    return;
  }
  const auto id = attempt_id_from(name);
  if (id && starting.contains(*id))
    ended_early_.insert(*id);
  else
    start_round();
}

void watch_machine::listed(std::uint64_t round,
                           const backend_result<std::vector<listed_attempt>>& answer,
                           const attempt_set& starting, time_point now) {
  round_open_ = false;
  if (answer) {
    ++figures_.polls;
    list_failures_ = 0;
    effects_.push_back(health_report{});
    apply_round(round, *answer, starting, now);
  } else {
    ++figures_.polls_failed;
    effects_.push_back(health_report{answer.error().message});
    interval_ =
        growing_pause(++list_failures_, 2 * limits_.round_interval_min, limits_.round_interval_max);
  }
  if (round_wanted_)
    start_round();
  schedule_round(now);
}

void watch_machine::apply_round(std::uint64_t round, const std::vector<listed_attempt>& attempts,
                                const attempt_set& starting, time_point now) {
  attempt_set seen;
  std::set<std::string> unknown;
  bool is_changed = false;
  // Each round starts at another attempt, so that the first ones are not always preferred.
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    const auto& [name, what] = attempts[(i + round) % attempts.size()];
    const auto id = attempt_id_from(name);
    if (auto* attempt = id ? find(*id) : nullptr) {
      seen.insert(*id);
      is_changed |= apply_state(*attempt, what, round);
    } else if (!id || !starting.contains(*id)) {
      unknown.insert(name);
      apply_orphan(name, what, now);
    }
  }
  is_changed |= count_missing(seen, round);
  std::erase_if(orphans_, [&](const auto& o) { return !unknown.contains(o.first); });
  std::erase_if(ended_early_, [&](attempt_id id) { return !starting.contains(id); });
  interval_ = is_changed ? limits_.round_interval_min
                         : std::min(limits_.round_interval_max, interval_ * 3 / 2);
}

/// Returns whether the attempt changed.
bool watch_machine::apply_state(watched_attempt& attempt, attempt_state what, std::uint64_t round) {
  attempt.missing = 0;
  if (attempt.step != watch_step::running)
    return false;
  // A list() from before the start's confirmation may show the state before the start.
  if (attempt.first_round > round && what != attempt_state::ended)
    return false;
  switch (what) {
  case attempt_state::running: return false;
  case attempt_state::ended: fetch(attempt); return true;
  case attempt_state::created: // it ran once, so this is not what was started
  case attempt_state::lost: fence(attempt); return true;
  }
  return false;
}

bool watch_machine::count_missing(const attempt_set& seen, std::uint64_t round) {
  bool is_changed = false;
  for (auto& [id, attempt] : watched_) {
    if (seen.contains(id) || attempt.step != watch_step::running || attempt.first_round > round)
      continue;
    is_changed = true;
    if (++attempt.missing >= missing_rounds_max)
      fence(attempt);
  }
  return is_changed;
}

void watch_machine::apply_orphan(const std::string& name, attempt_state what, time_point now) {
  auto& orphan = orphans_.try_emplace(name, watch_machine::orphan{now, 0}).first->second;
  if (++orphan.rounds < orphan_rounds_min || now - orphan.since < limits_.orphan_after)
    return;
  orphan.since = now; // once per period
  if (what == attempt_state::ended)
    effects_.push_back(remove_call{name});
  else
    effects_.push_back(fence_call{name});
}

} // namespace rota::executors
