#include "tests/model/watched_arbiter.hpp"

#include <algorithm>
#include <utility>

namespace rota::model {

watched_arbiter::watched_arbiter(engine::serial_source& serials, std::shared_ptr<referee> watching,
                                 std::string pool)
    : core_(serials),
      referee_(std::move(watching)),
      pool_(std::move(pool)),
      completed_(referee_->weights),
      frames_(referee_->weights) {}

// -- inputs ---------------------------------------------------------------------------------------

void watched_arbiter::set_type(const std::string& name, const engine::type_settings& s,
                               engine::time_point now) {
  core_.set_type(name, s, now);
  model_.set_type(name, s, now);
  rates_.set_rate("type " + name, s.rate);
}

void watched_arbiter::set_tenant(const std::string& name, const engine::tenant_settings& s) {
  if (referee_->fairness.knows(name)) {
    const double weight = s.weight.as_double();
    const auto number = referee_->fairness.number_of(name);
    referee_->fairness.set_weight(name, weight);
    completed_.set_weight(number, weight);
    frames_.set_weight(number, weight);
  }
  core_.set_tenant(name, s);
  model_.set_tenant(name, s);
}

void watched_arbiter::took(engine::serial attempt, std::uint32_t jobs, engine::micro cost,
                           engine::time_point now) {
  const auto charged = charged_.extract(attempt);
  if (!charged.empty() && (jobs == 0 || cost != charged.mapped())) {
    const auto& tenant = model_.tenant_of(attempt);
    const auto real = jobs == 0 ? engine::micro{} : cost;
    referee_->fairness.corrected(tenant, real);
    frames_.corrected(referee_->fairness.number_of(tenant), real);
    returns_.corrected(tenant);
    completed_.corrected(attempt, real);
  }
  if (jobs == 0)
    rates_.undone(attempt);
  core_.took(attempt, jobs, cost, now);
  model_.took(attempt, jobs);
}

void watched_arbiter::freed(engine::serial attempt, engine::duration ran, engine::time_point now) {
  core_.freed(attempt, ran, now);
  model_.freed(attempt);
  const auto gap = completed_.ended(attempt);
  if (referee_->checks && !referee_->reserves)
    check_gap("B2: what ended is", gap);
}

// -- decisions ------------------------------------------------------------------------------------

pool_shares watched_arbiter::shares() const {
  pool_shares now{shares_of(core_, pool_), {}};
  for (const auto& pool : core_.pools())
    if (pool.pool == pool_)
      now.time = pool.time;
  return now;
}

engine::arbiter_effects watched_arbiter::take_effects(engine::time_point now) {
  if (referee_->checks)
    returns_.step(model_.live_tenants(now), shares(), referee_->one_clock);
  auto effects = core_.take_effects(now);
  for (const auto& grant : effects.grants)
    watch(grant, effects.grants.size() == 1, now);
  for (const auto& closed : effects.closed)
    close(closed);
  if (referee_->checks)
    check_step(now);
  return effects;
}

void watched_arbiter::watch(const engine::grant& grant, bool alone, engine::time_point now) {
  ++decisions_;
  const auto asked = asks_.find(grant.ask);
  if (asked == asks_.end() || !model_.has(grant.queue, grant.lane))
    return referee_->report_violation(
        "a turn went to an ask that isn't open, or for a lane without jobs");
  const auto offers = model_.possible_turns(asked->second.what, now);
  const bool compares_frames = referee_->checks && referee_->weights.size() <= frame_tenants_max;
  const auto live = compares_frames ? model_.live_tenants(now) : std::vector<live_tenant>{};
  if (referee_->checks) {
    check_ask(grant, asked->second, now);
    check_turn(grant, offers, asked->second.what);
  }
  const auto takes_part = [&](const std::string& type) {
    return model_.takes_part(type, asked->second.what, now);
  };
  std::map<std::string, bool> open;
  for (const auto& tenant : live)
    if (!tenant.only_type.empty())
      open[tenant.only_type] = takes_part(tenant.only_type);
  ++asked->second.given;
  charged_.emplace(grant.attempt, grant.mark.charged);
  model_.granted(grant, now);
  const auto& chosen = model_.tenant_of(grant.attempt);
  const auto number = referee_->fairness.number_of(chosen);
  const bool refund_pays = !referee_->fairness.settled(number) &&
                           return_watch::refund_pays(grant, model_.weight_of(chosen));
  referee_->fairness.decided(offers, chosen, grant.mark.charged, refund_pays);
  if (!referee_->checks)
    return;
  completed_.decided(referee_->fairness, number, grant.attempt, grant.mark.charged);
  if (compares_frames)
    frames_.decided(referee_->fairness, live, number, grant.mark.charged,
                    [&](const std::string& type) { return open.at(type); });
  check_limits(grant, now);
  check_shares(grant, offers, chosen, alone);
}

void watched_arbiter::complain_of(const std::optional<std::string>& what) {
  if (what)
    referee_->report_violation(*what);
}

/// Asks are served in the order of their arrival, and get no more than they want.
void watched_arbiter::check_ask(const engine::grant& grant, const open_ask& asked,
                                engine::time_point now) {
  if (asked.given == asked.what.leases)
    referee_->report_violation("an ask got more turns than it wanted");
  if (referee_->reserves)
    return;
  for (const auto& [id, older] : asks_) {
    if (id >= grant.ask)
      break;
    if (older.given < older.what.leases && !model_.possible_turns(older.what, now).empty() &&
        !model_.awaits_report(older.what, now))
      referee_->report_violation("an older ask could have had the turn");
  }
}

/// A turn takes as much as it can of the tenant's first open work. A reservation may pass over the
/// first.
void watched_arbiter::check_turn(const engine::grant& grant,
                                 const std::vector<possible_turn>& offers,
                                 const engine::ask& asked) {
  const bool is_first = std::any_of(offers.begin(), offers.end(), [&](const possible_turn& offer) {
    return offer.queue == grant.queue && offer.lane == grant.lane;
  });
  const auto whose = "the turn of queue " + std::to_string(grant.queue.value);
  if (!is_first && !referee_->reserves)
    referee_->report_violation("B6, B7: " + whose +
                               " went to work that was not its tenant's first or not open");
  const auto fits = model_.turn_size(grant.queue, grant.lane, asked.max_jobs);
  if (grant.jobs != fits)
    referee_->report_violation(whose + " took " + std::to_string(grant.jobs) + " jobs, not " +
                               std::to_string(fits));
}

void watched_arbiter::check_limits(const engine::grant& grant, engine::time_point now) {
  if (const auto limit = model_.limit_exceeded_by(grant.attempt))
    referee_->report_violation("B6: " + *limit);
  const auto& type = model_.type_of(grant.attempt);
  if (rates_.exceeds("type " + type, grant.attempt, now))
    referee_->report_violation("B6: type " + type + " is above its rate");
  const auto& key = model_.key_of(grant.attempt);
  if (!key.empty() && rates_.exceeds("key " + key, grant.attempt, now))
    referee_->report_violation("B6: key " + key + " is above its rate");
}

void watched_arbiter::check_shares(const engine::grant& grant,
                                   const std::vector<possible_turn>& offers,
                                   const std::string& chosen, bool alone) {
  if (grant.mark.pool_time < time_)
    referee_->report_violation("the pool's time went back");
  time_ = grant.mark.pool_time;
  if (referee_->reserves)
    return;
  complain_of(returns_.decided(offers, chosen, grant));
  if (!alone)
    return;
  const auto shares = shares_of(core_, pool_);
  complain_of(return_watch::sooner(offers, chosen, grant, shares));
  complain_of(returns_.left_behind(offers, chosen, grant, shares));
}

// -- after a step ---------------------------------------------------------------------------------

std::vector<engine::ask_id> watched_arbiter::open_asks() const {
  std::vector<engine::ask_id> ids;
  for (const auto& [id, ask] : asks_)
    ids.push_back(id);
  return ids;
}

void watched_arbiter::close(const engine::ask_closed& closed) {
  const auto asked = asks_.extract(closed.ask);
  if (asked.empty())
    referee_->report_violation("an ask was closed that isn't open");
  else if (asked.mapped().given != closed.grants)
    referee_->report_violation("an ask was closed with another number of turns than it got");
}

void watched_arbiter::check_open(const open_ask& ask, engine::time_point now) {
  if (ask.given == ask.what.leases)
    referee_->report_violation("an ask stays open that got all it wanted");
  const auto offers = model_.possible_turns(ask.what, now);
  const bool unread =
      model_.awaits_report(ask.what, now) ||
      std::any_of(offers.begin(), offers.end(), [](const auto& offer) { return offer.unread; });
  if (!offers.empty() && !unread && !referee_->reserves)
    referee_->report_violation("B5: an ask stays open while " + offers.front().tenant +
                               " could have a turn");
  const bool is_over = ask.given > 0 || (ask.what.wait_until <= now && !referee_->reserves);
  if (is_over && !model_.may_await_report(ask.what))
    referee_->report_violation("an ask stays open that got something, or whose time is over");
}

void watched_arbiter::check_gap(const char* promise, const engine::fairness_gap& worst) {
  if (worst.ratio > 1 + 1e-9)
    referee_->report_violation(std::string{promise} + " " + std::to_string(worst.gap) +
                               " apart, the bound is " + std::to_string(worst.bound));
}

void watched_arbiter::check_step(engine::time_point now) {
  if (const auto difference = core_.audit())
    referee_->report_violation("the audit finds: " + *difference);
  if (!referee_->reserves) {
    check_gap("B1: two tenants are", referee_->fairness.worst_at_its_time());
    check_gap("B1 within a type: two tenants are", frames_.worst_of_types());
    check_gap("B1 within a class: two tenants are", frames_.worst_of_classes());
  }
  for (const auto& pool : core_.pools())
    if (pool.fairness.ratio > 1)
      referee_->report_violation("B1: the arbiter's own monitor shows a ratio of " +
                                 std::to_string(pool.fairness.ratio));
  for (const auto& [id, ask] : asks_)
    check_open(ask, now);
}

} // namespace rota::model
