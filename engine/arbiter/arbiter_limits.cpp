// Determines what is open and what may run. A shared limit (type, key, slots) closes a type or a
// class. A tenant at a limit of its own leaves the fair share until it is below the limit again.
#include "engine/arbiter/arbiter.hpp"
#include "engine/ensure.hpp"

#include <algorithm>
#include <chrono>

namespace rota::engine {

namespace {

/// A type without asks for this long has no worker.
constexpr std::chrono::seconds recent_ask_period{60};

bool below(std::uint32_t running, const std::optional<std::uint32_t>& limit) {
  return !limit || running < *limit;
}

/// Updates the wake time of a bucket, and the ordered set of wake times with it.
template <class Thing>
void set_wake(std::set<std::pair<time_point, std::uint32_t>>& wakes, Thing& thing, time_point at) {
  if (thing.wake == at)
    return;
  if (thing.wake != never)
    wakes.erase({thing.wake, thing.id});
  thing.wake = at;
  if (at != never)
    wakes.emplace(at, thing.id);
}

} // namespace

bool arbiter::type_below_cap(const type_state& type) const {
  return below(in_flight_.of_type(type.id), type.settings.max_running);
}

bool arbiter::key_below_cap(const key_state& key) const {
  return !key.settings || below(in_flight_.of_key(key.id), key.settings->max_running);
}

bool arbiter::tenant_below_cap(const tenant_state& tenant) const {
  return below(in_flight_.of_tenant(tenant.id), tenant.settings.max_running);
}

bool arbiter::queue_below_cap(const queue_state& queue) const {
  const auto& cap = queue.type->settings.max_running_per_tenant;
  return !cap || in_flight_.of_pair(queue.type->id, queue.tenant->id) < *cap;
}

bool arbiter::is_paused(const queue_state& queue) const {
  const type_state& type = *queue.type;
  return type.settings.paused || queue.tenant->settings.paused ||
         (!type.paused_tenants.empty() && type.paused_tenants.contains(queue.tenant->name));
}

/// Ensures that one more attempt of the lane exceeds no limit.
void arbiter::ensure_within_limits(const lane_state& lane) const {
  const queue_state& queue = *lane.queue;
  ensure(!draining_ && !is_paused(queue), "nothing is granted while paused or draining");
  ensure(type_below_cap(*queue.type), "a type stays within its limit");
  ensure(queue_below_cap(queue), "a tenant stays within its limit for a type");
  ensure(tenant_below_cap(*queue.tenant), "a tenant stays within its limit");
  ensure(lane.key == nullptr || key_below_cap(*lane.key), "a key stays within its limit");
  ensure(lane.traits->slots <= free_slots(*queue.type->pool), "a pool stays within its slots");
}

void arbiter::refresh(type_state& type, time_point now) {
  const bool may_start = type.bucket.allowed(now);
  set_wake(type_wakes_, type, may_start ? never : type.bucket.next_allowed());
  const bool open = may_start && type_below_cap(type);
  if (open == type.open)
    return;
  type.pool->share.set_open(type, open);
  mark_dirty(type);
  if (type.pool->reserve.holder() != nullptr)
    mark_dirty(*type.pool);
}

void arbiter::refresh(key_state& key, time_point now) {
  const bool may_start = key.bucket.allowed(now);
  set_wake(key_wakes_, key, may_start ? never : key.bucket.next_allowed());
  const bool open = may_start && key_below_cap(key);
  if (open == key.open)
    return;
  key.open = open;
  for (class_state* c : key.classes) {
    auto& type = static_cast<type_state&>(*c->type);
    type.pool->share.set_open(*c, open);
    mark_dirty(type);
    if (type.pool->reserve.holder() != nullptr)
      mark_dirty(*type.pool);
  }
}

void arbiter::refresh(tenant_state& tenant) {
  const bool may_run = tenant_below_cap(tenant);
  if (may_run == tenant.may_run)
    return;
  tenant.may_run = may_run;
  for (queue_state* queue : tenant.queues)
    refresh_seats(*queue);
}

void arbiter::refresh(queue_state& queue) {
  const bool may_run = !is_paused(queue) && queue_below_cap(queue);
  if (may_run == queue.may_run)
    return;
  queue.may_run = may_run;
  refresh_seats(queue);
}

void arbiter::refresh_limits_of(const attempt_load& load, time_point now) {
  type_state& type = *types_.at(load.type);
  tenant_state& tenant = *tenants_.at(load.tenant);
  refresh(type, now);
  if (load.key != no_index)
    refresh(*keys_.at(load.key), now);
  refresh(tenant);
  if (!type.settings.max_running_per_tenant)
    return;
  for (queue_state* queue : tenant.queues) {
    if (queue->type == &type)
      refresh(*queue);
  }
}

micro arbiter::free_slots(const pool_state& pool) const {
  if (!pool.settings.slots)
    return micro{INT64_MAX};
  return std::max(*pool.settings.slots - in_flight_.slots_of_pool(pool.id), micro{});
}

/// Whether the pool's reservation keeps slots free. It does not while its holder could not start
/// for other reasons.
bool arbiter::reservation_applies(const pool_state& pool, time_point now) const {
  const share_seat* holder = pool.reserve.holder();
  return holder != nullptr && holder->cls->open && holder->cls->type->open &&
         asked_recently(static_cast<const type_state&>(*holder->cls->type), now);
}

bool arbiter::asked_recently(const type_state& type, time_point now) const {
  const time_point last = std::max(type.last_asked, type.pool->all_asked);
  if (last != time_point::min() && now - last < recent_ask_period)
    return true;
  return has_waiting_ask(type);
}

bool arbiter::has_waiting_ask(const type_state& type) const {
  const auto waits = [](const ask_pattern* p) { return !p->line.empty(); };
  return std::any_of(type.patterns.begin(), type.patterns.end(), waits) ||
         std::any_of(type.pool->all_type_patterns.begin(), type.pool->all_type_patterns.end(),
                     waits);
}

void arbiter::mark_dirty(type_state& type) {
  if (type.dirty)
    return;
  type.dirty = true;
  type.pool->dirty_types.push_back(&type);
}

void arbiter::tick(time_point now) {
  while (!type_wakes_.empty() && type_wakes_.begin()->first <= now)
    refresh(*types_.at(type_wakes_.begin()->second), now);
  while (!key_wakes_.empty() && key_wakes_.begin()->first <= now)
    refresh(*keys_.at(key_wakes_.begin()->second), now);
  while (!linger_ends_.empty() && linger_ends_.begin()->first <= now)
    place(*linger_ends_.begin()->second, now);
  asks_.expire(now, [&](ask_pattern& pattern) { mark_pending(pattern); });
  for (pool_state* pool : pools_.all()) {
    if (pool->reserve.due() <= now) {
      pool->reserve.clear_due();
      mark_dirty(*pool);
    }
  }
}

time_point arbiter::next_wake() const {
  time_point at = asks_.next_expiry();
  if (!type_wakes_.empty())
    at = std::min(at, type_wakes_.begin()->first);
  if (!key_wakes_.empty())
    at = std::min(at, key_wakes_.begin()->first);
  if (!linger_ends_.empty())
    at = std::min(at, linger_ends_.begin()->first);
  for (const pool_state* pool : pools_.all())
    at = std::min(at, pool->reserve.due());
  return at;
}

} // namespace rota::engine
