#include "bench/sim/watched_arbiter.hpp"

#include <algorithm>
#include <utility>

namespace rota::bench {

void watched_arbiter::took(engine::queue_number number, engine::serial attempt, std::uint32_t jobs,
                           engine::micro cost, engine::time_point now) {
  if (const auto charged = charged_.extract(attempt); !charged.empty())
    if (jobs == 0 || cost != charged.mapped()) {
      referee_->fairness.corrected(book_.tenant_of(attempt));
      returns_.corrected(book_.tenant_of(attempt));
      completed_.corrected(attempt, jobs == 0 ? engine::micro{} : cost);
    }
  core_.took(number, attempt, jobs, cost, now);
  book_.took(attempt, jobs);
}

void watched_arbiter::freed(engine::serial attempt, engine::duration ran, engine::time_point now) {
  core_.freed(attempt, ran, now);
  book_.freed(attempt);
  const auto stand = completed_.ended(attempt);
  if (referee_->checks && !referee_->reserves && stand.ratio > 1 + 1e-9)
    referee_->complain("B2: what ended is " + std::to_string(stand.gap) + " apart, the bound is " +
                       std::to_string(stand.bound));
}

pool_shares watched_arbiter::shares() const {
  pool_shares now{core_.shares(simulated_pool), {}};
  for (const auto& pool : core_.pools())
    if (pool.pool == simulated_pool)
      now.time = pool.time;
  return now;
}

engine::arbiter_effects watched_arbiter::take_effects(engine::time_point now) {
  if (referee_->checks)
    returns_.step(book_.live_tenants(), shares());
  auto effects = core_.take_effects(now);
  for (const auto& grant : effects.grants)
    watch(grant, effects.grants.size() == 1, now);
  for (const auto& closed : effects.closed)
    asks_.erase(closed.ask);
  if (referee_->checks)
    check_step(now);
  return effects;
}

void watched_arbiter::watch(const engine::grant& grant, bool alone, engine::time_point now) {
  const auto offers = book_.possible_turns(asks_.at(grant.ask), now);
  charged_.emplace(grant.attempt, grant.mark.charged);
  book_.granted(grant, now);
  const auto& chosen = book_.tenant_of(grant.attempt);
  referee_->fairness.decided(offers, chosen, grant.mark.charged);
  if (!referee_->checks)
    return;
  completed_.decided(referee_->fairness, referee_->fairness.number_of(chosen), grant.attempt,
                     grant.mark.charged);
  check_turn(grant, offers);
  if (referee_->reserves)
    return;
  complain_of(returns_.decided(offers, chosen, grant));
  if (alone)
    complain_of(returns_.left_behind(offers, chosen, grant, core_.shares(simulated_pool)));
}

void watched_arbiter::complain_of(const std::optional<std::string>& what) {
  if (what)
    referee_->complain(*what);
}

void watched_arbiter::check_turn(const engine::grant& grant,
                                 const std::vector<possible_turn>& offers) {
  const auto turn = std::find_if(offers.begin(), offers.end(), [&](const possible_turn& offer) {
    return offer.queue == grant.queue && offer.lane == grant.lane;
  });
  if (turn == offers.end())
    referee_->complain("B6, B7: a turn went to " + book_.tenant_of(grant.attempt) +
                       ", for work that was not its first or not open");
  else if (turn->jobs != grant.jobs)
    referee_->complain("a turn of " + turn->tenant + " took " + std::to_string(grant.jobs) +
                       " jobs, not " + std::to_string(turn->jobs));
}

void watched_arbiter::check_step(engine::time_point now) {
  if (const auto limit = book_.exceeded_limit())
    referee_->complain("B6: " + *limit);
  if (const auto difference = core_.audit())
    referee_->complain("B6: in flight isn't what a recount gives: " + *difference);
  const auto worst = referee_->fairness.worst_of_new();
  if (!referee_->reserves && worst.ratio > 1 + 1e-9)
    referee_->complain("B1: a gap of " + std::to_string(worst.gap) + ", the bound is " +
                       std::to_string(worst.bound));
  for (const auto& pool : core_.pools())
    if (pool.fairness.ratio > 1)
      referee_->complain("B1: the arbiter's own monitor shows a ratio of " +
                         std::to_string(pool.fairness.ratio));
  for (const auto& [id, ask] : asks_) {
    const auto offers = book_.possible_turns(ask, now);
    const bool unread = std::any_of(offers.begin(), offers.end(),
                                    [](const possible_turn& offer) { return offer.unread; });
    if (!offers.empty() && !unread && !referee_->reserves)
      referee_->complain("B5: an ask stays open while " + offers.front().tenant +
                         " could have a turn");
  }
}

} // namespace rota::bench
