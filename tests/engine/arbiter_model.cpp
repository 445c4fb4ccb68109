#include "tests/engine/arbiter_model.hpp"

#include <algorithm>

namespace rota::engine::test {

namespace {

std::string type_name(int i) { return "type" + std::to_string(i); }
std::string tenant_name(int i) { return "tenant" + std::to_string(i); }
std::string key_name(int i) { return "key" + std::to_string(i); }

} // namespace

void arbiter_model::fail(const std::string& what) const {
  throw model_error("step " + std::to_string(step_) + ", decision " + std::to_string(decisions_) +
                    ": " + what);
}

arbiter_model::arbiter_model(const model_shape& shape) : shape_(shape), random_(shape.seed) {
  set_up();
}

void arbiter_model::set_up() {
  types_.resize(shape_.types);
  tenants_.resize(shape_.tenants);
  turns_since_return_.resize(shape_.tenants);
  returned_.assign(shape_.tenants, false);
  randomize_pool();
  for (int i = 0; i < shape_.types; ++i)
    randomize_type(i);
  for (int i = 0; i < shape_.tenants; ++i)
    randomize_tenant(i);
  for (int i = 0; i < shape_.keys; ++i)
    randomize_key(i);
  std::uint32_t number = 0;
  for (int type = 0; type < shape_.types; ++type) {
    for (int tenant = 0; tenant < shape_.tenants; ++tenant) {
      queue q;
      q.number = {++number};
      q.type = type;
      q.tenant = tenant;
      arbiter_.open_queue(q.number, type_name(type), tenant_name(tenant));
      queues_.push_back(std::move(q));
    }
  }
}

// -- settings -------------------------------------------------------------------------------------

void arbiter_model::randomize_type(int type) {
  type_settings s;
  if (shape_.shared_caps && chance(50))
    s.max_running = 1 + pick(4);
  if (shape_.own_caps && chance(30))
    s.max_running_per_tenant = 1 + pick(3);
  if (shape_.rates && chance(30))
    s.rate =
        rate_settings{5.0 + static_cast<double>(pick(200)), 1.0 + static_cast<double>(pick(4))};
  if (shape_.pauses && chance(5))
    s.paused = true;
  set_rate(rates_["type " + type_name(type)], s.rate);
  types_[type] = s;
  arbiter_.set_type(type_name(type), s, now_);
}

void arbiter_model::randomize_tenant(int tenant) {
  tenant_settings s;
  if (shape_.weights)
    s.weight = micro{static_cast<std::int64_t>(1 + pick(6)) * micro::scale / 2};
  if (shape_.own_caps && chance(30))
    s.max_running = 1 + pick(4);
  if (shape_.pauses && chance(5))
    s.paused = true;
  if (s.weight != tenants_[tenant].settings.weight)
    end_runs(tenant);
  tenants_[tenant].settings = s;
  arbiter_.set_tenant(tenant_name(tenant), s, now_);
}

void arbiter_model::randomize_pool() {
  pool_settings s;
  if (shape_.slots)
    s.slots = micro::of(static_cast<std::int64_t>(1 + pick(6)));
  s.reserve_after = shape_.reservations ? milliseconds{20} : milliseconds{1'000'000'000};
  pool_ = s;
  arbiter_.set_pool(default_pool, s, now_);
}

void arbiter_model::randomize_key(int key) {
  const std::string name = key_name(key);
  auto& log = rates_["key " + name];
  if (chance(20)) {
    keys_.erase(name);
    set_rate(log, std::nullopt);
    arbiter_.set_key(name, std::nullopt, now_);
    return;
  }
  key_settings s;
  if (shape_.shared_caps && chance(80))
    s.max_running = 1 + pick(2);
  if (shape_.rates && chance(30))
    s.rate =
        rate_settings{5.0 + static_cast<double>(pick(100)), 1.0 + static_cast<double>(pick(3))};
  set_rate(log, s.rate);
  keys_[name] = s;
  arbiter_.set_key(name, s, now_);
}

void arbiter_model::set_rate(rate_log& log, const std::optional<rate_settings>& rate) {
  if (rate != log.rate)
    log.starts.clear(); // windows across a change have no bound
  log.rate = rate;
  if (rate)
    log.bucket.configure(*rate, now_);
  else
    log.bucket = {};
}

void arbiter_model::change_settings() {
  switch (pick(4)) {
  case 0: randomize_type(static_cast<int>(pick(shape_.types))); break;
  case 1: randomize_tenant(static_cast<int>(pick(shape_.tenants))); break;
  case 2: randomize_pool(); break;
  default: randomize_key(static_cast<int>(pick(shape_.keys))); break;
  }
}

// -- what happens ---------------------------------------------------------------------------------

void arbiter_model::push() {
  queue& q = queues_[pick(queues_.size())];
  lane_traits traits;
  if (shape_.keys > 0 && chance(30))
    traits.concurrency_key = key_name(static_cast<int>(pick(shape_.keys + 1)));
  if (shape_.slots && chance(30))
    traits.slots = micro{static_cast<std::int64_t>(1 + pick(5)) * micro::scale / 2};
  if (shape_.batches && q.type % 2 == 0)
    traits.batch_max = static_cast<std::uint32_t>(2 + q.type * 3);
  auto at = std::find_if(q.lanes.begin(), q.lanes.end(),
                         [&](const lane& l) { return *l.traits == traits; });
  if (at == q.lanes.end()) {
    lane fresh;
    fresh.traits = std::make_shared<const lane_traits>(traits);
    q.lanes.push_back(fresh);
    at = std::prev(q.lanes.end());
  }
  const auto many = 1 + pick(shape_.batches ? 12 : 4);
  for (std::uint64_t i = 0; i < many; ++i) {
    job j;
    j.order = to_us(now_) + static_cast<std::int64_t>(pick(100));
    j.cost = shape_.costs ? static_cast<std::int64_t>(1 + pick(q.tenant % 2 == 0 ? 3 : 9)) : 1;
    at->jobs.push_back(j);
  }
  std::sort(at->jobs.begin(), at->jobs.end(),
            [](const job& a, const job& b) { return a.order < b.order; });
  if (shape_.linger && traits.batch_max > 1)
    at->linger_until = now_ + milliseconds{pick(30)};
  at->changed = true;
  tell(q);
}

void arbiter_model::cancel() {
  queue& q = queues_[pick(queues_.size())];
  if (q.lanes.empty())
    return;
  lane& l = q.lanes[pick(q.lanes.size())];
  for (std::uint64_t n = 1 + pick(6); n > 0 && !l.jobs.empty(); --n) {
    l.jobs.erase(l.jobs.begin() + static_cast<std::ptrdiff_t>(pick(l.jobs.size())));
    l.changed = true;
  }
  if (!shape_.late_queues || chance(60))
    tell(q);
}

void arbiter_model::pause() {
  queue& q = queues_[pick(queues_.size())];
  q.paused = !q.paused && chance(40);
  arbiter_.pause(type_name(q.type), tenant_name(q.tenant), q.paused, now_);
}

/// The queue tells its lanes that changed, as of the grants it has answered.
void arbiter_model::tell(queue& q) {
  queue_report report;
  report.grants_seen = q.seen;
  for (std::uint32_t n = 0; n < q.lanes.size(); ++n) {
    lane& l = q.lanes[n];
    if (!l.changed)
      continue;
    l.changed = false;
    lane_report r;
    r.lane = {n};
    r.traits = l.traits;
    r.ready = static_cast<std::uint32_t>(l.jobs.size());
    r.linger_until = l.linger_until;
    r.known = static_cast<std::uint8_t>(std::min(l.jobs.size(), upcoming_max));
    for (std::size_t i = 0; i < r.known; ++i)
      r.next[i] = {l.jobs[i].order, micro::of(l.jobs[i].cost)};
    r.uniform = std::all_of(l.jobs.begin(), l.jobs.end(),
                            [&](const job& j) { return j.cost == l.jobs[0].cost; });
    report.lanes.push_back(r);
    l.told = r.ready;
    l.known = r.known;
    l.uniform = r.uniform;
    l.told_linger = r.linger_until;
    l.granted = 0;
    for (const grant& unseen : q.inbox) {
      if (unseen.lane == r.lane)
        l.granted += unseen.jobs;
    }
  }
  arbiter_.report(q.number, report, now_);
}

/// The queue answers its oldest grant.
void arbiter_model::answer(queue& q) {
  const grant g = q.inbox.front();
  q.inbox.pop_front();
  ++q.seen;
  lane& l = q.lanes[g.lane.value];
  const auto took = std::min<std::size_t>(g.jobs, l.jobs.size());
  std::int64_t cost = 0;
  for (std::size_t i = 0; i < took; ++i)
    cost += l.jobs[i].cost;
  l.jobs.erase(l.jobs.begin(), l.jobs.begin() + static_cast<std::ptrdiff_t>(took));
  l.changed = true;
  const auto in_flight = std::find_if(running_.begin(), running_.end(),
                                      [&](const running& r) { return r.attempt == g.attempt; });
  in_flight->taken = true;
  if (micro::of(cost) != g.mark.charged) {
    tenants_[q.tenant].inexact = true;
    end_runs(q.tenant);
  }
  tenants_[q.tenant].largest = std::max(tenants_[q.tenant].largest, cost);
  if (took == 0) {
    for (auto& [name, log] : rates_) {
      std::erase_if(log.starts, [&](const auto& s) { return s.first == g.attempt; });
      if (log.receipts.contains(g.attempt))
        log.bucket.give_back(log.receipts.at(g.attempt));
    }
    running_.erase(in_flight);
  }
  arbiter_.took(q.number, g.attempt, static_cast<std::uint32_t>(took), micro::of(cost), now_);
  tell(q);
}

void arbiter_model::end_one() {
  std::vector<std::size_t> taken;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    if (running_[i].taken)
      taken.push_back(i);
  }
  if (taken.empty())
    return;
  const std::size_t at = taken[pick(taken.size())];
  const running r = running_[at];
  running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(at));
  arbiter_.freed(r.attempt, now_ - r.at, now_);
  if (chance(5))
    arbiter_.freed(r.attempt, now_ - r.at, now_); // again: nothing happens
}

void arbiter_model::make_ask() {
  ask what;
  what.id = {++next_ask_};
  if (shape_.typed_asks && chance(50)) {
    for (int t = 0; t < shape_.types; ++t) {
      if (chance(50))
        what.types.push_back(type_name(t));
    }
    if (what.types.empty())
      what.types.push_back(type_name(static_cast<int>(pick(shape_.types))));
  }
  what.leases = chance(75) ? 1 : 1 + static_cast<std::uint32_t>(pick(5));
  if (shape_.batches) {
    static constexpr std::uint32_t sizes[] = {1, 1, 2, 4, 20};
    what.max_jobs = sizes[pick(5)];
  }
  if (chance(30))
    what.wait_until = now_ + milliseconds{pick(50)};
  asks_.push_back({what, 0, false});
  arbiter_.ask_for(what, now_);
}

void arbiter_model::pass_time() { now_ += duration{static_cast<std::int64_t>(pick(8000))}; }

void arbiter_model::step() {
  ++step_;
  const auto what = pick(100);
  if (what < 18)
    push();
  else if (what < 60)
    make_ask();
  else if (what < 80)
    end_one();
  else if (what < 88)
    pass_time();
  else if (what < 91 && shape_.changing)
    change_settings();
  else if (what < 94 && shape_.pauses)
    pause();
  else if (what < 97 && shape_.cancels)
    cancel();
  else if (!asks_.empty() && chance(20)) {
    const auto at = pick(asks_.size());
    arbiter_.withdraw(asks_[at].what.id);
    asks_.erase(asks_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  if (chance(10))
    arbiter_.tick(now_);
  for (queue& q : queues_) {
    while (!q.inbox.empty() && (!shape_.late_queues || chance(60)))
      answer(q);
  }
  check_effects();
}

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
