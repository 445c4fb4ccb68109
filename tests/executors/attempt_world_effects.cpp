// Carries out the machines' effects and checks their preconditions.
#include "tests/executors/attempt_world.hpp"

namespace rota::tests {

using namespace engine;
using namespace executors;

void attempt_world::fail(const std::string& rule, const std::string& whose) const {
  throw world_error{rule + (whose.empty() ? "" : ": " + whose)};
}

template <class Effects>
bool attempt_world::perform_all(Effects effects) {
  for (auto& effect : effects)
    std::visit([this](auto& e) { on(e); }, effect);
  return !effects.empty();
}

void attempt_world::perform() {
  bool more = true;
  while (more) {
    starter_acts_ = true;
    more = perform_all(starts_->take_effects());
    starter_acts_ = false;
    more |= perform_all(watches_->take_effects());
  }
  totals_.most_starting = std::max(totals_.most_starting, static_cast<int>(in_hand()));
  require(in_hand() <= start_machine::starts_max, "more starts are in progress than allowed");
  require(starts_->figures().starting == in_hand(), "the figures show other starts");
}

/// Sends the call to the backend, which carries it out some time later, and answers some time after
/// that. Both may fail: the answer then reports an error, whether or not the call had its effect.
template <class Call>
void attempt_world::make(Call call, bool by_starter) {
  calls_.push_back([this, call, by_starter, life = life_] {
    const bool works = !fails();
    if (works || chance(50))
      carry_out(call);
    if (life != life_)
      return;
    messages_.push_back([this, call, by_starter, error = std::string{works ? "" : "broken"}] {
      if constexpr (std::is_same_v<Call, fence_call>)
        if (const auto id = attempt_id_from(call.name); id && error.empty())
          known_[*id].fenced = true;
      if constexpr (std::is_same_v<Call, remove_call>)
        if (!by_starter)
          is_removed(call.name, error.empty());
      if constexpr (!std::is_same_v<Call, signal_call>)
        if (by_starter) {
          if constexpr (std::is_same_v<Call, fence_call>)
            return starts_->answered(call, error, now_);
          else
            return starts_->answered(call, error);
        }
      watches_->answered(call, error, now_);
    });
  });
}

/// If `really` is false, it is an orphan from now on.
void attempt_world::is_removed(const std::string& name, bool really) {
  known_[attempt_id_from(name).value()].watched = false;
  if (!really)
    strangers_.try_emplace(name, stranger_rounds{now_, 0});
}

// -- starting -------------------------------------------------------------------------------------

void attempt_world::on(start_machine::turns_ask& e) {
  require(!ask_ && !dismissed_, "a second ask, or one after the dismissal");
  require(e.turns > 0 && in_hand() + grants_on_way_ + e.turns <= start_machine::starts_max,
          "asks for more turns than starts_max permits");
  ask_ = e.turns;
  ask_grants_ = 0;
}

void attempt_world::on(start_machine::withdraw_asks&) {
  if (ask_)
    close_ask();
}

void attempt_world::on(start_machine::start_call& e) {
  const auto name = to_text(e.attempt);
  auto& known = known_[e.attempt];
  const auto* r = find(e.attempt);
  require(r != nullptr && is_durable(r->intent), "started before its intent is durable", name);
  require(known.in_hand && r->end.value == 0, "started after it was given up or handed over", name);
  require(!known.start_is_called, "started while a start is in progress", name);
  known.start_is_called = true;
  start_called_.insert(name);
  ++totals_.starts;
  calls_.push_back([this, id = e.attempt, name, life = life_] {
    auto answer = start(name);
    if (life != life_)
      return;
    messages_.push_back([this, id, answer = std::move(answer)]() mutable {
      auto& k = known_[id];
      k.start_is_called = false;
      k.started = answer.has_value();
      k.refused = !answer && answer.error().kind == start_failure_kind::refused;
      starts_->start_answered(id, std::move(answer), now_);
    });
  });
}

void attempt_world::on(start_machine::settle_started& e) {
  auto* r = find(e.attempt);
  require(r != nullptr && known_[e.attempt].started && known_[e.attempt].in_hand,
          "recorded as running without the backend's confirmation", to_text(e.attempt));
  require(r->end.value == 0 && r->started.value == 0, "recorded as running twice",
          to_text(e.attempt));
  r->started = next_position();
  r->started_at = e.how.at;
}

void attempt_world::on(start_machine::settle_refused& e) {
  require(known_[e.attempt].refused, "given up without a refusal", to_text(e.attempt));
  require(e.retryable == (find(e.attempt)->jobs > 1), "a batch is tried again, a job isn't",
          to_text(e.attempt));
  ++totals_.refused;
  starting_ends(e.attempt);
}

void attempt_world::on(start_machine::settle_released& e) {
  const auto name = to_text(e.attempt);
  require(is_durable(find(e.attempt)->cancel), "released without a durable cancel", name);
  require(known_[e.attempt].fenced || !start_called_.contains(name),
          "released while it may be in the backend", name);
  ++totals_.released;
  starting_ends(e.attempt);
}

void attempt_world::starting_ends(attempt_id id) {
  require(known_[id].in_hand, "given up without having it", to_text(id));
  known_[id].in_hand = false;
  end_attempt(id, true);
}

void attempt_world::end_attempt(attempt_id id, bool by_starter) {
  auto* r = find(id);
  require(r != nullptr && r->end.value == 0, "settled twice", to_text(id));
  r->end = next_position();
  const auto answer = [this, id, end = r->end, by_starter] {
    if (by_starter)
      starts_->settled(id, end);
    else
      watches_->settled(id, end);
  };
  if (by_starter)
    from_queues_.push_back(answer);
  else
    messages_.push_back(answer);
}

void attempt_world::on(start_machine::hand_over& e) {
  const auto* r = find(e.attempt);
  auto& known = known_[e.attempt];
  require(known.in_hand && r != nullptr && r->started.value > 0,
          "handed over before it is recorded as running", to_text(e.attempt));
  known.in_hand = false;
  watch_order order;
  order.attempt = e.attempt;
  order.jobs.resize(r->jobs);
  order.started = e.started;
  order.timeout = r->timeout;
  order.grace = milliseconds{2000};
  order.cancelled = e.cancelled;
  to_watcher_.push_back([this, order] {
    starting_.erase(order.attempt);
    known_[order.attempt].watched = true;
    known_[order.attempt].watched_since_round = rounds_;
    watches_->watch(order, now_);
  });
}

void attempt_world::on(start_machine::forward_cancel& e) {
  const auto* r = find(e.attempt);
  require(r != nullptr && is_durable(r->cancel), "a cancel that isn't durable is passed on",
          to_text(e.attempt));
  to_watcher_.push_back([this, id = e.attempt] { watches_->cancel(id, now_); });
}

void attempt_world::on(start_machine::attempt_removed& e) { starting_.erase(e.attempt); }

// -- watching -------------------------------------------------------------------------------------

void attempt_world::on(watch_machine::list_call& e) {
  require(e.round == ++rounds_, "rounds are counted one by one");
  calls_.push_back([this, round = e.round, life = life_] {
    const bool works = !fails();
    const auto seen = list();
    if (life != life_)
      return;
    messages_.push_back([this, round, works, seen] {
      if (!works)
        return watches_->listed(round, backend_error{"no answer"}, starting_, now_);
      apply_rules_to_round(round, seen);
      watches_->listed(round, seen, starting_, now_);
    });
  });
}

/// Recomputes what a round means by the rules.
void attempt_world::apply_rules_to_round(std::uint64_t round,
                                         const std::vector<listed_attempt>& seen) {
  std::map<std::string, attempt_state> by_name;
  for (const auto& s : seen)
    by_name.emplace(s.name, s.what);
  std::erase_if(strangers_, [&](const auto& s) { return !by_name.contains(s.first); });
  for (const auto& [name, what] : by_name) {
    const auto id = attempt_id_from(name);
    require(id.has_value(), "the world makes names of attempts only", name);
    if (known_[*id].watched || starting_.contains(*id))
      continue;
    ++strangers_.try_emplace(name, stranger_rounds{now_, 0}).first->second.rounds;
  }
  for (auto& [id, known] : known_) {
    if (!known.watched)
      continue;
    const auto found = by_name.find(to_text(id));
    if (found != by_name.end())
      known.missing = 0;
    else if (round > known.watched_since_round)
      ++known.missing;
    if (found != by_name.end() && found->second == attempt_state::lost)
      known.seen_lost = true;
  }
}

void attempt_world::on(watch_machine::result_call& e) {
  calls_.push_back([this, id = e.attempt, life = life_] {
    auto answer = result(to_text(id));
    if (life != life_)
      return;
    messages_.push_back([this, id, answer = std::move(answer)] {
      known_[id].has_result = answer.has_value();
      watches_->result_answered(id, answer, now_);
    });
  });
}

void attempt_world::on(watch_machine::settle_ended& e) {
  const auto& known = known_[e.attempt];
  require(known.watched && known.has_result, "ended without a result", to_text(e.attempt));
  require(e.jobs.size() == find(e.attempt)->jobs, "not all its jobs have ended",
          to_text(e.attempt));
  const auto* r = find(e.attempt);
  require(!e.how.timed_out || (r->timeout && r->started_at + *r->timeout <= now_),
          "a timeout before its time", to_text(e.attempt));
  check_stopped(*r, e);
  ++totals_.ended;
  end_attempt(e.attempt, false);
}

/// On a working backend, nothing continues past its timeout or a cancel without a signal.
void attempt_world::check_stopped(const record& r, const watch_machine::settle_ended& e) const {
  if (!calm_ || known_.at(e.attempt).term_at)
    return;
  const auto name = to_text(e.attempt);
  require(!is_durable(r.cancel) || e.how.finished <= calm_since_, "cancelled and not stopped",
          name);
  require(!r.timeout || e.how.finished <= std::max(calm_since_, r.started_at + *r.timeout),
          "not stopped at its timeout", name);
}

void attempt_world::on(watch_machine::settle_lost& e) {
  const auto name = to_text(e.attempt);
  require(known_[e.attempt].watched && known_[e.attempt].fenced, "lost without a fence", name);
  require(really_gone_.contains(name), "lost, although the backend has it", name);
  ++totals_.lost;
  end_attempt(e.attempt, false);
}

void attempt_world::on(durable_wait& e) {
  if (e.position <= durable_)
    messages_.push_back([this, p = e.position, by_starter = starter_acts_] {
      by_starter ? starts_->durable(p) : watches_->durable(p);
    });
  else
    waits_.emplace_back(starter_acts_, e.position);
}

void attempt_world::on(signal_call& e) {
  require(!starter_acts_, "only the watch sends signals", e.name);
  check_signal(e);
  make(e, false);
}

void attempt_world::check_signal(const signal_call& e) {
  const auto* r = find(e.name);
  auto& known = known_[attempt_id_from(e.name).value()];
  require(r != nullptr && known.watched && r->end.value == 0, "a signal to one that isn't watched",
          e.name);
  require(is_durable(r->cancel) || (r->timeout && r->started_at + *r->timeout <= now_),
          "a signal without a durable cancel or a timeout", e.name);
  if (e.what == stop_signal::terminate) {
    require(!known.term_at, "TERM twice", e.name);
    known.term_at = now_;
    ++totals_.terms;
    return;
  }
  require(known.term_at && now_ - *known.term_at >= milliseconds{2000}, "KILL before the grace",
          e.name);
  require(!known.kill_at || now_ - *known.kill_at >= watch_machine::kill_again, "KILL too often",
          e.name);
  known.kill_at = now_;
  ++totals_.kills;
}

void attempt_world::on(fence_call& e) {
  const auto* r = find(e.name);
  if (starter_acts_) {
    require(r != nullptr && known_[attempt_id_from(e.name).value()].in_hand &&
                is_durable(r->cancel),
            "fenced while it starts, without a durable cancel", e.name);
    require(!known_[attempt_id_from(e.name).value()].start_is_called,
            "fenced while its start is called", e.name);
  } else {
    check_watchers_fence(e.name);
  }
  make(e, starter_acts_);
}

void attempt_world::check_watchers_fence(const std::string& name) {
  const auto* r = find(name);
  const auto& known = known_[attempt_id_from(name).value()];
  if (r == nullptr || r->end.value > 0)
    return check_stranger(name);
  require(known.watched, "a living attempt is fenced that isn't watched", name);
  require(known.seen_lost || known.missing >= 3, "fenced before three rounds without it", name);
  require(really_gone_.contains(name), "fenced, although the backend has it", name);
}

/// Checks that it is an orphan: no queue has it, or its end is durable.
void attempt_world::check_stranger(const std::string& name) {
  const auto* r = find(name);
  require(r == nullptr || is_durable(r->end), "taken for an orphan before its end is durable",
          name);
  require(!starting_.contains(attempt_id_from(name).value()), "taken for an orphan while it starts",
          name);
  const auto seen = strangers_.find(name);
  require(seen != strangers_.end() && seen->second.rounds >= 2 &&
              now_ - seen->second.since >= watch_limits{}.orphan_after,
          "an orphan was fenced or removed too early", name);
}

void attempt_world::on(remove_call& e) {
  const auto* r = find(e.name);
  require(r == nullptr || is_durable(r->end), "removed before its end is durable", e.name);
  if (r == nullptr) {
    ++totals_.orphans_removed;
    if (!known_[attempt_id_from(e.name).value()].fenced)
      check_stranger(e.name);
  }
  make(e, starter_acts_);
}

} // namespace rota::tests
