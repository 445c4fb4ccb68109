#include "bench/sim/policies/policy_arbiter.hpp"

#include "engine/serial_source.hpp"

#include <algorithm>
#include <utility>

namespace rota::bench {

void policy_arbiter::took(engine::serial attempt, std::uint32_t jobs, engine::micro,
                          engine::time_point) {
  if (jobs == 0)
    referee_->fairness.corrected(tenant_of(attempt), {});
  turn_model::took(attempt, jobs);
}

void policy_arbiter::freed(engine::serial attempt, engine::duration, engine::time_point) {
  turn_model::freed(attempt);
}

void policy_arbiter::ask_for(engine::ask what, engine::time_point now) {
  now_ = now;
  const auto id = what.id;
  asks_.emplace(id, open_ask{std::move(what), 0});
}

void policy_arbiter::withdraw(engine::ask_id id) { asks_.erase(id); }

void policy_arbiter::tick(engine::time_point now) { now_ = now; }

engine::time_point policy_arbiter::next_wake() const {
  auto next = asks_.empty() ? engine::never : next_change(now_);
  for (const auto& [id, ask] : asks_)
    next = std::min(next, ask.what.wait_until);
  return next;
}

engine::arbiter_effects policy_arbiter::take_effects(engine::time_point now) {
  now_ = now;
  engine::arbiter_effects effects;
  for (auto at = asks_.begin(); at != asks_.end();) {
    auto& ask = at->second;
    const bool full = serve(ask, effects, now);
    if (full || ask.given > 0 || ask.what.wait_until <= now) {
      effects.closed.push_back({at->first, ask.given});
      at = asks_.erase(at);
    } else {
      ++at;
    }
  }
  return effects;
}

bool policy_arbiter::serve(open_ask& ask, engine::arbiter_effects& effects,
                           engine::time_point now) {
  while (ask.given < ask.what.leases) {
    const auto offers = possible_turns(ask.what, now);
    if (offers.empty())
      return false;
    const auto& turn = offers[rule_->choose(offers)];
    if (turn.unread)
      return false; // The queue's report is on its way.
    engine::grant grant{ask.what.id, serials_.next(), turn.queue, turn.lane, turn.jobs, {}};
    grant.mark.charged = turn.cost;
    referee_->fairness.decided(offers, turn.tenant, turn.cost);
    rule_->served(turn);
    granted(grant, now);
    effects.grants.push_back(grant);
    ++ask.given;
  }
  return true;
}

void policy_arbiter::restore_attempt(engine::queue_number queue, engine::serial attempt,
                                     const engine::lane_traits& traits, std::uint32_t,
                                     engine::micro, engine::time_point) {
  turn_model::restore_attempt(queue, attempt, traits);
}

} // namespace rota::bench
