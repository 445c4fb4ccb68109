#include "bench/sim/watched_arbiter.hpp"

#include <algorithm>
#include <utility>

namespace rota::bench {

void watched_arbiter::took(engine::queue_number number, engine::serial attempt, std::uint32_t jobs,
                           engine::micro cost, engine::time_point now) {
  if (const auto charged = charged_.extract(attempt); !charged.empty())
    if (jobs == 0 || cost != charged.mapped())
      referee_->fairness.corrected(book_.tenant_of(attempt));
  core_.took(number, attempt, jobs, cost, now);
  book_.took(attempt, jobs);
}

engine::arbiter_effects watched_arbiter::take_effects(engine::time_point now) {
  auto effects = core_.take_effects(now);
  for (const auto& grant : effects.grants)
    watch(grant, now);
  for (const auto& closed : effects.closed)
    asks_.erase(closed.ask);
  if (referee_->checks)
    check_step(now);
  return effects;
}

void watched_arbiter::watch(const engine::grant& grant, engine::time_point now) {
  const auto offers = book_.possible_turns(asks_.at(grant.ask), now);
  const auto turn = std::find_if(offers.begin(), offers.end(), [&](const possible_turn& offer) {
    return offer.queue == grant.queue && offer.lane == grant.lane;
  });
  charged_.emplace(grant.attempt, grant.mark.charged);
  book_.granted(grant, now);
  referee_->fairness.decided(offers, book_.tenant_of(grant.attempt), grant.mark.charged);
  if (!referee_->checks)
    return;
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
