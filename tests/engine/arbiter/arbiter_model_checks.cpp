// Who is eligible, from scratch, and what every grant and answer is checked against.
#include "tests/engine/arbiter/arbiter_model.hpp"

#include <algorithm>

namespace rota::engine::test {

// -- who is eligible ------------------------------------------------------------------------------

std::int64_t arbiter_model::running_of(int type, int tenant, const std::string& key) const {
  return std::count_if(running_.begin(), running_.end(), [&](const running& r) {
    return (type < 0 || r.type == type) && (tenant < 0 || r.tenant == tenant) &&
           (key.empty() || r.key == key);
  });
}

micro arbiter_model::free_slots() const {
  if (!pool_.slots)
    return micro{INT64_MAX};
  micro used;
  for (const running& r : running_)
    used += r.slots;
  return *pool_.slots - used;
}

bool arbiter_model::own_live(const queue& q) const {
  const tenant_settings& tenant = tenants_[q.tenant].settings;
  const type_settings& type = types_[q.type];
  return !q.paused && !type.paused && !tenant.paused &&
         (!tenant.max_running || running_of(-1, q.tenant, "") < *tenant.max_running) &&
         (!type.max_running_per_tenant ||
          running_of(q.type, q.tenant, "") < *type.max_running_per_tenant);
}

bool arbiter_model::lingers(const lane& l) const {
  return l.ready() < l.traits->batch_max && l.told_linger > now_;
}

bool arbiter_model::rate_allows(const std::string& name, bool of_type) const {
  const auto found = rates_.find((of_type ? "type " : "key ") + name);
  return found == rates_.end() || !found->second.rate || found->second.bucket.allowed(now_);
}

bool arbiter_model::type_open(int type) const {
  const auto& cap = types_[type].max_running;
  return (!cap || running_of(type, -1, "") < *cap) && rate_allows(type_name(type), true);
}

bool arbiter_model::key_open(const lane& l) const {
  const auto found = keys_.find(l.traits->concurrency_key);
  if (found == keys_.end())
    return true;
  const auto& cap = found->second.max_running;
  return (!cap || running_of(-1, -1, found->first) < *cap) && rate_allows(found->first, false);
}

bool arbiter_model::wants(const ask& what, int type) const {
  return what.types.empty() ||
         std::find(what.types.begin(), what.types.end(), type_name(type)) != what.types.end();
}

bool arbiter_model::eligible(const queue& q, const lane& l, const ask& what) const {
  if (l.ready() == 0 || !own_live(q) || !wants(what, q.type))
    return false;
  if (lingers(l) && what.max_jobs > 1 && l.ready() < std::min(l.traits->batch_max, what.max_jobs))
    return false;
  return type_open(q.type) && key_open(l) && l.traits->slots <= free_slots();
}

std::vector<bool> arbiter_model::eligible_tenants(const ask& what) const {
  std::vector<bool> can(tenants_.size());
  for (const queue& q : queues_) {
    for (const lane& l : q.lanes) {
      if (!can[q.tenant] && eligible(q, l, what))
        can[q.tenant] = true;
    }
  }
  return can;
}

/// Whether a turn may have to wait for a report: a lane's known jobs are all granted.
bool arbiter_model::unread_possible(const ask& what) const {
  for (const queue& q : queues_) {
    for (const lane& l : q.lanes) {
      if (l.granted >= l.known && l.granted > 0 && eligible(q, l, what))
        return true;
    }
  }
  return false;
}

/// Whether the ask may still wait for such a report, though a later turn of the same step has made
/// the lane wait for something else.
bool arbiter_model::may_hang(const ask& what) const {
  for (const queue& q : queues_) {
    for (const lane& l : q.lanes) {
      if (l.granted >= l.known && l.granted > 0 && l.ready() > 0 && wants(what, q.type))
        return true;
    }
  }
  return false;
}

std::set<int> arbiter_model::live_types(int tenant) const {
  std::set<int> types;
  for (const queue& q : queues_) {
    if (q.tenant != tenant || !own_live(q))
      continue;
    for (const lane& l : q.lanes) {
      if (l.ready() > 0)
        types.insert(q.type);
    }
  }
  return types;
}

/// The class of all the tenant's live work, when it is one and doesn't linger.
std::optional<std::string> arbiter_model::live_class(int tenant) const {
  std::set<std::string> classes;
  for (const queue& q : queues_) {
    if (q.tenant != tenant || !own_live(q))
      continue;
    for (const lane& l : q.lanes) {
      if (l.ready() == 0)
        continue;
      if (lingers(l))
        return std::nullopt;
      const auto key = keys_.find(l.traits->concurrency_key);
      const bool limited = key != keys_.end() && (key->second.max_running || key->second.rate);
      classes.insert(type_name(q.type) + "/" + (limited ? key->first : std::string{}) + "/" +
                     std::to_string(l.traits->slots.value));
    }
  }
  return classes.size() == 1 ? std::optional{*classes.begin()} : std::nullopt;
}

arbiter_model::waiting* arbiter_model::find_ask(ask_id id) {
  for (waiting& w : asks_) {
    if (w.what.id == id)
      return &w;
  }
  return nullptr;
}

// -- what is checked ------------------------------------------------------------------------------

void arbiter_model::check_effects() {
  for (int t = 0; t < shape_.tenants; ++t) { // who comes back with nothing owed
    const bool live = !live_types(t).empty();
    if (!live)
      returned_[t] = false;
    else if (!tenants_[t].live && !tenants_[t].inexact) {
      const auto shares = arbiter_.shares(default_pool);
      const auto known = std::find_if(shares.begin(), shares.end(), [&](const tenant_share& s) {
        return s.tenant == tenant_name(t);
      });
      returned_[t] = known == shares.end() || known->dispatches == 0;
      turns_since_return_[t].clear();
    }
    tenants_[t].live = live;
  }
  const arbiter_effects effects = arbiter_.take_effects(now_);
  grants_in_step_ = effects.grants.size();
  for (waiting& w : asks_)
    w.given_now = false;
  for (const grant& g : effects.grants)
    check_grant(g);
  check_asks(effects);
  if (auto difference = arbiter_.audit())
    fail("audit: " + *difference);
}

void arbiter_model::check_grant(const grant& g) {
  ++decisions_;
  waiting* asked = find_ask(g.ask);
  if (asked == nullptr)
    fail("a grant to an ask that isn't open");
  const auto at = std::find_if(queues_.begin(), queues_.end(),
                               [&](const queue& q) { return q.number == g.queue; });
  if (at == queues_.end() || g.lane.value >= at->lanes.size())
    fail("a grant of a lane that isn't there");
  queue& q = *at;
  lane& l = q.lanes[g.lane.value];
  if (!eligible(q, l, asked->what))
    if (!shape_.reservations || l.traits->slots > free_slots())
      fail("the lane that was granted was not eligible");
  if (!shape_.reservations) {
    for (const waiting& older : asks_) {
      if (older.what.id >= g.ask)
        break;
      const auto can = eligible_tenants(older.what);
      if (older.given < older.what.leases && std::count(can.begin(), can.end(), true) > 0 &&
          !unread_possible(older.what))
        fail("an older ask could have been served");
    }
  }
  const auto most = std::min({l.ready(), std::max(l.traits->batch_max, 1U), asked->what.max_jobs});
  if (g.jobs != most)
    fail("a grant of " + std::to_string(g.jobs) + " jobs where " + std::to_string(most) + " fit");
  check_turn(g, eligible_tenants(asked->what));
  ++asked->given;
  asked->given_now = true;
  if (asked->given > asked->what.leases)
    fail("more grants than asked for");
  check_limits(g, l, q);
  l.granted += g.jobs;
  q.inbox.push_back(g);
}

void arbiter_model::check_turn(const grant& g, const std::vector<bool>& can) {
  const auto q = std::find_if(queues_.begin(), queues_.end(),
                              [&](const queue& other) { return other.number == g.queue; });
  const int chosen = q->tenant;
  tenant_side& tenant = tenants_[chosen];
  tenant.largest = std::max(tenant.largest, g.mark.charged.value / micro::scale);
  if (g.mark.pool_time < time_)
    fail("the pool's time went back");
  if (!shape_.reservations) {
    check_tags(g, chosen, can);
    const ask what = find_ask(g.ask)->what;
    check_pairs(g, chosen, can, what);
    check_returns(g, chosen, can);
  }
  time_ = g.mark.pool_time;
}

/// The only grant of a step: every other eligible tenant's tag stands as it was at the choice.
void arbiter_model::check_tags(const grant& g, int chosen, const std::vector<bool>& can) {
  if (grants_in_step_ != 1)
    return;
  const auto shares = arbiter_.shares(default_pool);
  const double charge = g.mark.charged.as_double() / tenants_[chosen].settings.weight.as_double();
  const double start = g.mark.tag.as_double() - charge;
  for (const tenant_share& s : shares) {
    const int t = std::stoi(s.tenant.substr(6));
    if (t != chosen && can[t] && s.tag.as_double() < start - 1e-5)
      fail(s.tenant + " had the least tag, " + tenant_name(chosen) + " was chosen");
    if (t != chosen && can[t] && !tenants_[t].inexact &&
        start > g.mark.pool_time.as_double() - 1e-5 &&
        s.tag.as_double() < g.mark.pool_time.as_double() - 1e-5)
      fail(s.tenant + " was eligible and left behind the pool's time");
  }
}

void arbiter_model::end_runs(int tenant) {
  for (auto* runs : {&b1_, &b1t_, &b1c_}) {
    for (auto& [pair, run] : *runs) {
      if (pair.first == tenant || pair.second == tenant)
        run.on = false;
    }
  }
}

void arbiter_model::check_pairs(const grant& g, int chosen, const std::vector<bool>& can,
                                const ask& what) {
  tenant_side& served = tenants_[chosen];
  const double charge = g.mark.charged.as_double() / served.settings.weight.as_double();
  if (served.inexact && g.mark.tag.as_double() - charge >= time_.as_double() - 1e-5)
    served.inexact = false; // no refund stands any more
  const std::int64_t cost = g.mark.charged.value / micro::scale;
  std::vector<std::set<int>> types;
  std::vector<std::optional<std::string>> classes;
  for (int t = 0; t < shape_.tenants; ++t) {
    types.push_back(live_types(t));
    classes.push_back(live_class(t));
  }
  for (int f = 0; f < shape_.tenants; ++f) {
    for (int h = f + 1; h < shape_.tenants; ++h) {
      const bool exact = !tenants_[f].inexact && !tenants_[h].inexact;
      const bool both = can[f] && can[h] && exact;
      note(b1_[{f, h}], both, f, h, chosen, cost, worst_b1_, "B1");
      const bool one_type = exact && types[f].size() == 1 && types[f] == types[h];
      if (!one_type)
        b1t_[{f, h}].on = false;
      else if (type_open(*types[f].begin()) && wants(what, *types[f].begin()))
        note(b1t_[{f, h}], both, f, h, chosen, cost, worst_b1t_, "B1t");
      const bool one_class = exact && classes[f] && classes[f] == classes[h];
      if (!one_class)
        b1c_[{f, h}].on = false;
      else if (can[f] || can[h]) // the class is open to this ask
        note(b1c_[{f, h}], both, f, h, chosen, cost, worst_b1t_, "B1 within a class");
    }
  }
}

void arbiter_model::note(pair_run& run, bool both, int f, int h, int chosen, std::int64_t cost,
                         double& worst, const char* promise) {
  if (!both) {
    run.on = false;
    return;
  }
  if (!run.on)
    run = pair_run{true, 0, 0, 0};
  if (chosen == f)
    run.ahead += cost * weight(h);
  if (chosen == h)
    run.ahead -= cost * weight(f);
  run.least = std::min(run.least, run.ahead);
  run.most = std::max(run.most, run.ahead);
  const auto bound = tenants_[f].largest * weight(h) + tenants_[h].largest * weight(f);
  worst = std::max(worst, static_cast<double>(run.most - run.least) / static_cast<double>(bound));
  if (run.most - run.least > bound)
    fail(std::string{promise} + " is broken between " + tenant_name(f) + " and " + tenant_name(h) +
         ": " + std::to_string(run.most - run.least) + " > " + std::to_string(bound));
}

/// B4: who came to work with nothing owed lets each other tenant go first at most once.
void arbiter_model::check_returns(const grant&, int chosen, const std::vector<bool>& can) {
  for (int t = 0; t < shape_.tenants; ++t) {
    if (!returned_[t])
      continue;
    if (t == chosen)
      returned_[t] = false;
    else if (can[t] && !tenants_[chosen].inexact && ++turns_since_return_[t][chosen] > 1)
      fail("B4: " + tenant_name(t) + " waited for more than one turn of " + tenant_name(chosen));
  }
}

void arbiter_model::check_limits(const grant& g, const lane& l, const queue& q) {
  running_.push_back(
      {g.attempt, q.type, q.tenant, l.traits->concurrency_key, l.traits->slots, false, now_});
  const auto above = [](std::int64_t count, const std::optional<std::uint32_t>& limit) {
    return limit && count > *limit;
  };
  const type_settings& type = types_[q.type];
  const std::string& key = l.traits->concurrency_key;
  if (above(running_of(q.type, -1, ""), type.max_running))
    fail("B6: type above its limit");
  if (above(running_of(q.type, q.tenant, ""), type.max_running_per_tenant))
    fail("B6: type and tenant above their limit");
  if (above(running_of(-1, q.tenant, ""), tenants_[q.tenant].settings.max_running))
    fail("B6: tenant above its limit");
  if (keys_.contains(key) && above(running_of(-1, -1, key), keys_.at(key).max_running))
    fail("B6: key above its limit");
  if (free_slots() < micro{})
    fail("B6: pool above its slots");
  check_rate(rates_["type " + type_name(q.type)], g, "type");
  if (!key.empty())
    check_rate(rates_["key " + key], g, "key");
}

void arbiter_model::check_rate(rate_log& log, const grant& g, const std::string& what) {
  if (!log.rate)
    return;
  log.starts.emplace_back(g.attempt, now_);
  log.receipts[g.attempt] = log.bucket.take(now_);
  const auto n = log.starts.size();
  for (std::size_t i = 0; i < n; ++i) {
    const double window = static_cast<double>((now_ - log.starts[i].second).count()) / 1e6;
    if (static_cast<double>(n - i) > log.rate->burst + log.rate->per_second * window + 1e-9)
      fail("B6: " + what + " above its rate");
  }
}

void arbiter_model::check_asks(const arbiter_effects& effects) {
  for (const ask_closed& closed : effects.closed) {
    const waiting* w = find_ask(closed.ask);
    if (w == nullptr)
      fail("an ask closed twice");
    if (w->given != closed.grants)
      fail("an ask closed with another number of grants than it got");
    std::erase_if(asks_, [&](const waiting& other) { return other.what.id == closed.ask; });
  }
  for (const waiting& w : asks_) {
    const bool hangs = may_hang(w.what);
    if (w.given == w.what.leases)
      fail("an ask that got all it wanted stays open");
    if (w.given > 0 && !hangs)
      fail("an ask that got something stays open");
    if (w.what.wait_until <= now_ && !hangs && !shape_.reservations)
      fail("an ask stays open past its time");
    const auto can = eligible_tenants(w.what);
    if (!shape_.reservations && !unread_possible(w.what) &&
        std::count(can.begin(), can.end(), true) > 0)
      fail("B5: an ask waits that a tenant is eligible for");
  }
}

} // namespace rota::engine::test
