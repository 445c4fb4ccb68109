#include "executors/start_machine.hpp"

#include <utility>

namespace rota::executors {

using namespace engine;

std::vector<start_machine::effect> start_machine::take_effects() {
  return std::exchange(effects_, {});
}

// -- asking for turns -----------------------------------------------------------------------------

std::size_t start_machine::turns_in_use() const {
  // An ask may be closed before or after its turns have arrived, so turns_expected_ may be negative.
  return starting_.size() + static_cast<std::size_t>(std::max<std::int64_t>(0, turns_expected_));
}

/// Keeps one ask open at a time, for as many turns as starts_max permits.
void start_machine::ask_for_turns() {
  const bool pausing = next_ask_at_ != never;
  if (!slots_known_ || dismissed_ || asking_ || pausing || adopted_ > 0 ||
      turns_in_use() >= starts_max)
    return;
  asking_ = true;
  effects_.push_back(turns_ask{static_cast<std::uint32_t>(starts_max - turns_in_use())});
}

void start_machine::slots_known() {
  slots_known_ = true;
  next_ask_at_ = never;
  ask_for_turns();
}

void start_machine::dismiss() {
  dismissed_ = true;
  effects_.push_back(withdraw_asks{});
}

void start_machine::ask_closed(std::uint32_t grants, time_point now) {
  asking_ = false;
  turns_expected_ += grants;
  if (grants == 0)
    next_ask_at_ = now + ask_pause;
  ask_for_turns();
}

void start_machine::granted(attempt_id attempt, std::size_t jobs, position intent) {
  --turns_expected_;
  starting_attempt granted;
  granted.jobs = jobs;
  starting_.emplace(attempt, granted);
  intents_.add(intent, attempt);
  effects_.push_back(durable_wait{intent});
}

void start_machine::not_granted() {
  --turns_expected_;
  ask_for_turns();
}

// -- starting -------------------------------------------------------------------------------------

void start_machine::adopt(attempt_id attempt, std::size_t jobs, bool cancelled) {
  starting_attempt adopted;
  adopted.step = start_step::pausing; // It may have been started before the restart.
  adopted.jobs = jobs;
  adopted.adopted = true;
  adopted.cancelled = cancelled;
  ++adopted_;
  proceed(starting_.emplace(attempt, adopted).first);
}

/// Takes the next step for an attempt with no call in progress.
void start_machine::proceed(attempt_map::iterator which) {
  auto& attempt = which->second;
  if (attempt.cancelled && attempt.step == start_step::granted)
    return release(which); // start() was never called
  if (attempt.cancelled)
    return fence(which);
  attempt.step = start_step::calling;
  effects_.push_back(start_call{which->first});
}

/// A start may still be in progress, even if the backend reported a failure.
void start_machine::fence(attempt_map::iterator which) {
  which->second.step = start_step::fencing;
  effects_.push_back(fence_call{to_text(which->first)});
}

void start_machine::pause(starting_attempt& attempt, std::string why, time_point now) {
  attempt.step = start_step::pausing;
  attempt.retry_at = now + growing_pause(++attempt.failures, start_pause_min, start_pause_max);
  effects_.push_back(health_report{std::move(why)});
}

void start_machine::start_answered(attempt_id id, start_result answer, time_point now) {
  const auto found = starting_.find(id);
  if (found == starting_.end() || found->second.step != start_step::calling)
    return;
  if (!answer && answer.error().kind == start_failure_kind::refused)
    return refuse(found, std::move(answer.error().message));
  if (!answer) {
    ++figures_.starts_failed;
    if (found->second.cancelled)
      return fence(found);
    return pause(found->second, std::move(answer.error().message), now);
  }
  ++figures_.starts;
  effects_.push_back(health_report{});
  const auto at = answer->at;
  // Recorded first: the attempt's end must reach its queue later.
  effects_.push_back(settle_started{id, std::move(*answer)});
  effects_.push_back(hand_over{id, at, found->second.cancelled});
  remove_starting(found);
}

/// A batch of several may be refused because of one job: each job is then tried alone.
void start_machine::refuse(attempt_map::iterator which, std::string why) {
  ++figures_.starts_refused;
  given_up_.insert(which->first);
  effects_.push_back(settle_refused{which->first, std::move(why), which->second.jobs > 1});
  remove_starting(which);
}

void start_machine::release(attempt_map::iterator which) {
  given_up_.insert(which->first);
  effects_.push_back(settle_released{which->first});
  remove_starting(which);
}

void start_machine::remove_starting(attempt_map::iterator which) {
  adopted_ -= which->second.adopted ? 1 : 0;
  starting_.erase(which);
  ask_for_turns();
}

void start_machine::cancel(attempt_id attempt, position cancel) {
  cancels_.add(cancel, attempt);
  effects_.push_back(durable_wait{cancel});
}

void start_machine::apply_cancel(attempt_id id) {
  if (given_up_.contains(id))
    return;
  const auto found = starting_.find(id);
  if (found == starting_.end()) {
    effects_.push_back(forward_cancel{id});
    return;
  }
  found->second.cancelled = true;
  if (found->second.step == start_step::pausing)
    fence(found);
}

void start_machine::answered(const fence_call& call, const std::string& error, time_point now) {
  const auto id = attempt_id_from(call.name);
  const auto found = id ? starting_.find(*id) : starting_.end();
  if (found == starting_.end() || found->second.step != start_step::fencing)
    return;
  if (error.empty())
    release(found);
  else
    pause(found->second, error, now);
}

// -- given up -------------------------------------------------------------------------------------

void start_machine::settled(attempt_id attempt, position end) {
  if (!given_up_.contains(attempt))
    return;
  ends_.add(end, attempt);
  effects_.push_back(durable_wait{end});
}

void start_machine::answered(const remove_call& call, const std::string& error) {
  if (!error.empty())
    effects_.push_back(health_report{error}); // it becomes an orphan, and is removed as one
  if (const auto id = attempt_id_from(call.name); id && given_up_.erase(*id) > 0)
    effects_.push_back(attempt_removed{*id});
}

void start_machine::durable(position reached) {
  // Cancels first: a cancelled attempt need not be started.
  for (const auto id : cancels_.take(reached))
    apply_cancel(id);
  for (const auto id : intents_.take(reached))
    if (const auto found = starting_.find(id); found != starting_.end())
      proceed(found);
  for (const auto id : ends_.take(reached))
    effects_.push_back(remove_call{to_text(id)});
}

// -- time -----------------------------------------------------------------------------------------

void start_machine::tick(time_point now) {
  for (auto which = starting_.begin(); which != starting_.end(); ++which)
    if (which->second.step == start_step::pausing && which->second.retry_at <= now)
      proceed(which);
  if (next_ask_at_ <= now) {
    next_ask_at_ = never;
    ask_for_turns();
  }
}

time_point start_machine::next_wake() const {
  auto at = next_ask_at_;
  for (const auto& [id, attempt] : starting_)
    if (attempt.step == start_step::pausing)
      at = std::min(at, attempt.retry_at);
  return at;
}

start_figures start_machine::figures() const {
  auto figures = figures_;
  figures.starting = starting_.size();
  return figures;
}

} // namespace rota::executors
