#include "tests/model/turn_model.hpp"

#include <algorithm>

namespace rota::model {
namespace {

bool below(const std::optional<std::uint32_t>& limit, std::uint32_t running) {
  return !limit || running < *limit;
}

/// The object of that name, added with the next number if necessary.
template <class Objects>
auto& named(Objects& objects, const std::string& name) {
  const auto [found, is_new] = objects.try_emplace(name);
  if (is_new) {
    found->second.name = name;
    found->second.number = objects.size() - 1;
  }
  return found->second;
}

bool lingers(std::uint32_t ready, const engine::lane_traits& traits, engine::time_point until,
             engine::time_point now) {
  return ready < traits.batch_max && until > now;
}

} // namespace

// -- settings -------------------------------------------------------------------------------------

void turn_model::set_type(const std::string& name, const engine::type_settings& settings,
                          engine::time_point now) {
  auto& t = named(types_, name);
  t.settings = settings;
  t.bucket.configure(settings.rate, now);
}

void turn_model::set_tenant(const std::string& name, const engine::tenant_settings& settings) {
  named(tenants_, name).settings = settings;
}

void turn_model::set_key(const std::string& name,
                         const std::optional<engine::key_settings>& settings,
                         engine::time_point now) {
  auto& k = keys_[name];
  k.settings = settings;
  k.bucket.configure(settings ? settings->rate : std::nullopt, now);
}

void turn_model::pause(const std::string& type, const std::string& tenant, bool on) {
  if (on)
    paused_.emplace(type, tenant);
  else
    paused_.erase({type, tenant});
  for (auto& [number, q] : queues_)
    if (q.of_type->name == type && q.of_tenant->name == tenant)
      q.paused = on;
}

// -- queues ---------------------------------------------------------------------------------------

void turn_model::open_queue(engine::queue_number number, const std::string& type,
                            const std::string& tenant) {
  auto& q = queues_[number];
  if (q.of_type)
    return;
  q.number = number;
  q.of_type = &named(types_, type);
  q.of_tenant = &named(tenants_, tenant);
  q.paused = paused_.contains({type, tenant});
}

void turn_model::close_queue(engine::queue_number number) {
  const auto found = queues_.find(number);
  if (found == queues_.end())
    return;
  found->second.lanes.clear();
  update_ready(found->second);
  queues_.erase(found);
}

void turn_model::consume(lane& from, std::uint32_t jobs) {
  from.ready -= std::min(from.ready, jobs);
  for (; jobs > 0 && from.has_next(); --jobs)
    from.last = from.next[from.taken++];
}

/// Keeps `ready_` to the queues with lanes.
void turn_model::update_ready(queue& q) {
  const auto place =
      std::lower_bound(ready_.begin(), ready_.end(), q.number,
                       [](const queue* one, auto number) { return one->number < number; });
  const bool is_there = place != ready_.end() && *place == &q;
  if (is_there && q.lanes.empty())
    ready_.erase(place);
  else if (!is_there && !q.lanes.empty())
    ready_.insert(place, &q);
}

void turn_model::report(engine::queue_number number, const engine::queue_report& report) {
  const auto found = queues_.find(number);
  if (found == queues_.end())
    return; // it was retiring, got work, and joins again
  auto& q = found->second;
  while (!q.unseen.empty() && q.unseen.front().number <= report.grants_seen)
    q.unseen.pop_front();
  for (const auto& reported : report.lanes) {
    auto& l = q.lanes[reported.lane];
    l.traits = reported.traits;
    l.ready = reported.ready;
    l.linger_until = reported.linger_until;
    l.uniform = reported.uniform;
    l.next = reported.next;
    l.taken = 0;
    l.known = reported.next_count;
    l.last = l.head();
    for (const auto& grant : q.unseen)
      if (grant.lane == reported.lane)
        consume(l, grant.jobs);
    if (l.ready == 0)
      q.lanes.erase(reported.lane);
  }
  update_ready(q);
}

void turn_model::count(const load& what, int by) {
  const auto change = [by](std::uint32_t& number) {
    number = static_cast<std::uint32_t>(static_cast<int>(number) + by);
  };
  change(what.of_type->running);
  change(what.of_tenant->running);
  change(what.of_type->running_of[what.of_tenant]);
  if (!what.key.empty())
    change(keys_[what.key].running);
  slots_used_[engine::pool_of(what.of_type->settings)] += what.slots * by;
}

void turn_model::granted(const engine::grant& what, engine::time_point now) {
  auto& q = queue_at(what.queue);
  auto& l = q.lanes.at(what.lane);
  load taken{q.of_type, q.of_tenant, l.traits->concurrency_key, l.traits->slots, {}, {}};
  if (q.of_type->settings.rate)
    taken.type_token = q.of_type->bucket.take(now);
  if (!taken.key.empty())
    if (auto& k = keys_[taken.key]; k.settings && k.settings->rate)
      taken.key_token = k.bucket.take(now);
  count(taken, 1);
  loads_.emplace(what.attempt, std::move(taken));
  q.unseen.push_back({++q.grants, what.lane, what.jobs});
  consume(l, what.jobs);
  if (l.ready > 0)
    return;
  q.lanes.erase(what.lane);
  update_ready(q);
}

void turn_model::took(engine::serial attempt, std::uint32_t jobs) {
  const auto found = loads_.find(attempt);
  if (jobs > 0 || found == loads_.end())
    return;
  const auto& undone = found->second;
  undone.of_type->bucket.give_back(undone.type_token);
  if (!undone.key.empty())
    keys_[undone.key].bucket.give_back(undone.key_token);
  freed(attempt);
}

void turn_model::freed(engine::serial attempt) {
  const auto found = loads_.find(attempt);
  if (found == loads_.end())
    return;
  count(found->second, -1);
  loads_.erase(found);
}

void turn_model::restore_attempt(engine::queue_number queue, engine::serial attempt,
                                 const engine::lane_traits& traits) {
  const auto& q = queue_at(queue);
  const auto taken = loads_.emplace(
      attempt, load{q.of_type, q.of_tenant, traits.concurrency_key, traits.slots, {}, {}});
  count(taken.first->second, 1);
}

void turn_model::restore_type_rate(const std::string& type, engine::time_point arrival) {
  named(types_, type).bucket.restore(arrival);
}

// -- reading --------------------------------------------------------------------------------------

std::optional<engine::micro> turn_model::free_slots(const std::string& pool) const {
  const auto settings = pools_.find(pool);
  if (settings == pools_.end() || !settings->second.slots)
    return std::nullopt;
  const auto used = slots_used_.find(pool);
  return *settings->second.slots - (used == slots_used_.end() ? engine::micro{} : used->second);
}

bool turn_model::type_is_open(const type& t, const engine::ask& ask, engine::time_point now) const {
  const auto asked_for = [&] {
    return ask.types.empty() ||
           std::find(ask.types.begin(), ask.types.end(), t.name) != ask.types.end();
  };
  return !t.settings.paused && engine::pool_of(t.settings) == ask.pool &&
         below(t.settings.max_running, t.running) && t.bucket.allowed(now) && asked_for();
}

std::vector<char> turn_model::open_types(const engine::ask& ask, engine::time_point now) const {
  std::vector<char> open(types_.size());
  for (const auto& [name, t] : types_)
    open[t.number] = type_is_open(t, ask, now) ? 1 : 0;
  return open;
}

/// Whether neither a pause nor a limit of the queue's own or of its tenant blocks it.
bool turn_model::queue_is_open(const queue& q) {
  const auto& per_tenant = q.of_type->settings.max_running_per_tenant;
  return !q.paused && !q.of_tenant->settings.paused &&
         below(q.of_tenant->settings.max_running, q.of_tenant->running) &&
         (!per_tenant || q.of_type->running_for(*q.of_tenant) < *per_tenant);
}

bool turn_model::lane_is_open(const lane& l, const engine::ask& ask,
                              const std::optional<engine::micro>& free,
                              engine::time_point now) const {
  if (free && l.traits->slots > *free)
    return false;
  if (ask.max_jobs > 1 && l.ready < ask.max_jobs &&
      lingers(l.ready, *l.traits, l.linger_until, now))
    return false;
  const auto k = keys_.find(l.traits->concurrency_key);
  if (k == keys_.end())
    return true;
  const auto& [settings, bucket, running] = k->second;
  return (!settings || below(settings->max_running, running)) && bucket.allowed(now);
}

possible_turn turn_model::turn_of(const queue& q, engine::lane_number number, const lane& l,
                                  std::uint32_t max_jobs) {
  possible_turn turn;
  turn.tenant = q.of_tenant->name;
  turn.weight = q.of_tenant->settings.weight.as_double();
  turn.queue = q.number;
  turn.lane = number;
  turn.order = l.head().order;
  turn.jobs = std::min({l.ready, std::max(l.traits->batch_max, 1U), std::max(max_jobs, 1U)});
  turn.unread = !l.has_next() && !l.uniform;
  auto cost = l.last.cost;
  for (std::uint32_t i = 0; i < turn.jobs; ++i) {
    if (l.taken + i < l.known)
      cost = l.next[l.taken + i].cost;
    turn.cost += cost;
  }
  return turn;
}

std::vector<possible_turn> turn_model::possible_turns(const engine::ask& ask,
                                                      engine::time_point now) const {
  const auto free = free_slots(ask.pool);
  if (draining_ || (free && *free <= engine::micro{}))
    return {};
  struct head {
    const queue* of = nullptr;
    engine::lane_number number;
    const lane* first = nullptr;
    engine::order_key order = 0;
    std::size_t lanes = 0;
  };
  const auto open = open_types(ask, now);
  std::vector<head> heads(tenants_.size());
  for (const auto* q : ready_) {
    if (open[q->of_type->number] == 0 || !queue_is_open(*q))
      continue;
    auto& best = heads[q->of_tenant->number];
    for (const auto& [lane_number, l] : q->lanes) {
      if (!lane_is_open(l, ask, free, now))
        continue;
      const auto order = l.head().order;
      ++best.lanes;
      if (!best.first || order < best.order)
        best = {q, lane_number, &l, order, best.lanes};
    }
  }
  std::vector<possible_turn> turns;
  for (const auto& [name, tenant] : tenants_) {
    const auto& best = heads[tenant.number];
    if (!best.first)
      continue;
    turns.push_back(turn_of(*best.of, best.number, *best.first, ask.max_jobs));
    turns.back().unread |= !best.first->has_next() && best.lanes > 1;
  }
  return turns;
}

bool turn_model::is_under_shared_limits(const queue& q) const {
  const auto& type = q.of_type->settings;
  return type.max_running || type.rate ||
         std::any_of(q.lanes.begin(), q.lanes.end(), [&](const auto& lane) {
           const auto key = keys_.find(lane.second.traits->concurrency_key);
           return key != keys_.end() && key->second.settings;
         });
}

/// Names the class of live work that shares every limit: type, limited key and slots.
std::string turn_model::class_of(const queue& q, const lane& l) const {
  const auto key = keys_.find(l.traits->concurrency_key);
  const bool limited = key != keys_.end() && key->second.settings &&
                       (key->second.settings->max_running || key->second.settings->rate);
  return q.of_type->name + "/" + (limited ? key->first : std::string{}) + "/" +
         std::to_string(l.traits->slots.value);
}

std::vector<live_tenant> turn_model::live_tenants(engine::time_point now) const {
  struct work {
    bool in_frames = false;
    bool lingers = false;
    std::set<std::string> types;
    std::set<std::string> classes;
  };
  std::map<std::string, work> live;
  for (const auto* q : ready_) {
    if (q->of_type->settings.paused || !queue_is_open(*q))
      continue;
    auto& of = live[q->of_tenant->name];
    of.in_frames |= is_under_shared_limits(*q);
    of.types.insert(q->of_type->name);
    for (const auto& [number, l] : q->lanes) {
      of.lingers |= lingers(l.ready, *l.traits, l.linger_until, now);
      of.classes.insert(class_of(*q, l));
    }
  }
  std::vector<live_tenant> tenants;
  for (const auto& [name, of] : live) {
    tenants.push_back({name, of.in_frames});
    if (of.types.size() == 1)
      tenants.back().only_type = *of.types.begin();
    if (of.classes.size() == 1 && !of.lingers)
      tenants.back().only_class = *of.classes.begin();
  }
  return tenants;
}

bool turn_model::takes_part(const std::string& type, const engine::ask& ask,
                            engine::time_point now) const {
  const auto found = types_.find(type);
  return found != types_.end() && type_is_open(found->second, ask, now);
}

bool turn_model::awaits_report(const engine::ask& ask, engine::time_point now) const {
  const auto free = free_slots(ask.pool);
  return std::any_of(ready_.begin(), ready_.end(), [&](const auto* q) {
    if (!queue_is_open(*q) || !type_is_open(*q->of_type, ask, now))
      return false;
    return std::any_of(q->lanes.begin(), q->lanes.end(), [&](const auto& l) {
      return !l.second.has_next() && lane_is_open(l.second, ask, free, now);
    });
  });
}

bool turn_model::may_await_report(const engine::ask& ask) const {
  return std::any_of(ready_.begin(), ready_.end(), [&](const auto* q) {
    const auto& names = ask.types;
    if (!names.empty() && std::find(names.begin(), names.end(), q->of_type->name) == names.end())
      return false;
    return std::any_of(q->lanes.begin(), q->lanes.end(),
                       [](const auto& l) { return !l.second.has_next(); });
  });
}

std::uint32_t turn_model::turn_size(engine::queue_number queue, engine::lane_number lane,
                                    std::uint32_t max_jobs) const {
  const auto& q = queues_.at(queue);
  return turn_of(q, lane, q.lanes.at(lane), max_jobs).jobs;
}

bool turn_model::has(engine::queue_number queue, engine::lane_number lane) const {
  const auto q = queues_.find(queue);
  return q != queues_.end() && q->second.lanes.contains(lane);
}

engine::time_point turn_model::next_change(engine::time_point now) const {
  auto next = engine::never;
  for (const auto* q : ready_) {
    if (!q->of_type->bucket.allowed(now))
      next = std::min(next, q->of_type->bucket.next_allowed());
    for (const auto& [lane_number, l] : q->lanes) {
      if (lingers(l.ready, *l.traits, l.linger_until, now))
        next = std::min(next, l.linger_until);
      const auto k = keys_.find(l.traits->concurrency_key);
      if (k != keys_.end() && !k->second.bucket.allowed(now))
        next = std::min(next, k->second.bucket.next_allowed());
    }
  }
  return next;
}

std::optional<std::string> turn_model::limit_exceeded_by(engine::serial attempt) const {
  const auto& load = loads_.at(attempt);
  const auto& type = *load.of_type;
  const auto& tenant = *load.of_tenant;
  std::optional<std::string> exceeded;
  const auto check = [&](const std::string& what, const std::optional<std::uint32_t>& limit,
                         std::uint32_t running) {
    if (!exceeded && limit && running > *limit)
      exceeded = what + " has " + std::to_string(running) + " in flight, its limit is " +
                 std::to_string(*limit);
  };
  check("type " + type.name, type.settings.max_running, type.running);
  check("tenant " + tenant.name, tenant.settings.max_running, tenant.running);
  check("tenant " + tenant.name + " of type " + type.name, type.settings.max_running_per_tenant,
        type.running_for(tenant));
  const auto key = keys_.find(load.key);
  if (key != keys_.end() && key->second.settings)
    check("key " + load.key, key->second.settings->max_running, key->second.running);
  const auto pool = engine::pool_of(type.settings);
  if (const auto free = free_slots(pool); !exceeded && free && *free < engine::micro{})
    exceeded = "pool " + pool + " has more slots in use than it has";
  return exceeded;
}

bool turn_model::key_in_use(const std::string& key) const {
  const auto k = keys_.find(key);
  if (k != keys_.end() && k->second.running > 0)
    return true;
  return std::any_of(ready_.begin(), ready_.end(), [&](const auto* q) {
    return std::any_of(q->lanes.begin(), q->lanes.end(),
                       [&](const auto& l) { return l.second.traits->concurrency_key == key; });
  });
}

double turn_model::weight_of(const std::string& tenant) const {
  const auto found = tenants_.find(tenant);
  return found == tenants_.end() ? 1 : found->second.settings.weight.as_double();
}

} // namespace rota::model
