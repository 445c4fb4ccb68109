// What is open and what may run. Shared limits (type, key, slots) shut types and classes; limits of
// a tenant's own make it leave the fair share until it is below them again.
#include "engine/arbiter/arbiter_impl.hpp"

#include <algorithm>
#include <chrono>

namespace rota::engine {

namespace {

/// A type that nobody asked for in this time has no worker.
constexpr std::chrono::seconds asked_recently{60};

bool below(std::uint32_t running, const std::optional<std::uint32_t>& limit) {
  return !limit || running < *limit;
}

/// Keeps when a bucket wakes, in step with the ordered set of wakes.
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

bool arbiter::impl::type_below_cap(const type_state& type) const {
  return below(flying.of_type(type.id), type.settings.max_running);
}

bool arbiter::impl::key_below_cap(const key_state& key) const {
  return !key.settings || below(flying.of_key(key.id), key.settings->max_running);
}

bool arbiter::impl::tenant_below_cap(const tenant_state& tenant) const {
  return below(flying.of_tenant(tenant.id), tenant.settings.max_running);
}

bool arbiter::impl::queue_below_cap(const queue_state& queue) const {
  const auto& cap = queue.type->settings.max_running_per_tenant;
  return !cap || flying.of_pair(queue.type->id, queue.tenant->id) < *cap;
}

bool arbiter::impl::is_paused(const queue_state& queue) const {
  const type_state& type = *queue.type;
  return type.settings.paused || queue.tenant->settings.paused ||
         (!type.paused_tenants.empty() && type.paused_tenants.contains(queue.tenant->name));
}

void arbiter::impl::refresh(type_state& type, time_point now) {
  const bool may_start = !type.settings.rate || type.bucket.allowed(now);
  set_wake(type_wakes, type, may_start ? never : type.bucket.next_allowed());
  const bool open = may_start && type_below_cap(type);
  if (open == type.open)
    return;
  type.pool->share.set_open(type, open);
  mark(type);
  if (type.pool->reserve.holder() != nullptr)
    mark(*type.pool);
}

void arbiter::impl::refresh(key_state& key, time_point now) {
  const bool may_start = !key.settings || !key.settings->rate || key.bucket.allowed(now);
  set_wake(key_wakes, key, may_start ? never : key.bucket.next_allowed());
  const bool open = may_start && key_below_cap(key);
  if (open == key.open)
    return;
  key.open = open;
  for (class_state* c : key.classes) {
    auto& type = static_cast<type_state&>(*c->type);
    type.pool->share.set_open(*c, open);
    mark(type);
    if (type.pool->reserve.holder() != nullptr)
      mark(*type.pool);
  }
}

void arbiter::impl::refresh(tenant_state& tenant) {
  const bool may_run = tenant_below_cap(tenant);
  if (may_run == tenant.may_run)
    return;
  tenant.may_run = may_run;
  for (queue_state* queue : tenant.queues)
    refresh_seats(*queue);
}

void arbiter::impl::refresh(queue_state& queue) {
  const bool may_run = !is_paused(queue) && queue_below_cap(queue);
  if (may_run == queue.may_run)
    return;
  queue.may_run = may_run;
  refresh_seats(queue);
}

void arbiter::impl::refresh_limits_of(const attempt_load& load, time_point now) {
  type_state& type = *types.at(load.type);
  tenant_state& tenant = *tenants.at(load.tenant);
  refresh(type, now);
  if (load.key != no_index)
    refresh(*keys.at(load.key), now);
  refresh(tenant);
  if (!type.settings.max_running_per_tenant)
    return;
  for (queue_state* queue : tenant.queues) {
    if (queue->type == &type)
      refresh(*queue);
  }
}

micro arbiter::impl::free_slots(const pool_state& pool) const {
  if (!pool.settings.slots)
    return micro{INT64_MAX};
  return std::max(*pool.settings.slots - flying.slots_of_pool(pool.id), micro{});
}

/// Whether the pool's reservation keeps slots free: not while its holder couldn't start anyway.
bool arbiter::impl::holds(const pool_state& pool, time_point now) const {
  const share_seat* holder = pool.reserve.holder();
  return holder != nullptr && holder->cls->open && holder->cls->type->open &&
         asked_lately(static_cast<const type_state&>(*holder->cls->type), now);
}

bool arbiter::impl::asked_lately(const type_state& type, time_point now) const {
  const time_point last = std::max(type.last_asked, type.pool->all_asked);
  if (last != time_point::min() && now - last < asked_recently)
    return true;
  return asked_now(type);
}

bool arbiter::impl::asked_now(const type_state& type) const {
  const auto waits = [](const ask_pattern* p) { return !p->line.empty(); };
  return std::any_of(type.patterns.begin(), type.patterns.end(), waits) ||
         std::any_of(type.pool->for_all.begin(), type.pool->for_all.end(), waits);
}

void arbiter::impl::mark(type_state& type) {
  if (type.dirty)
    return;
  type.dirty = true;
  type.pool->dirty_types.push_back(&type);
}

void arbiter::impl::mark(pool_state& pool) { pool.dirty = true; }

void arbiter::impl::tick(time_point now) {
  while (!type_wakes.empty() && type_wakes.begin()->first <= now)
    refresh(*types.at(type_wakes.begin()->second), now);
  while (!key_wakes.empty() && key_wakes.begin()->first <= now)
    refresh(*keys.at(key_wakes.begin()->second), now);
  while (!linger_ends.empty() && linger_ends.begin()->first <= now)
    place(*linger_ends.begin()->second, now);
  asks.expire(now, [&](ask_pattern& pattern) { look_at(pattern); });
  for (pool_state* pool : pools.all()) {
    if (pool != nullptr && pool->reserve.due() <= now) {
      pool->reserve.forget_due();
      mark(*pool);
    }
  }
}

time_point arbiter::impl::next_wake() const {
  time_point at = asks.next_expiry();
  if (!type_wakes.empty())
    at = std::min(at, type_wakes.begin()->first);
  if (!key_wakes.empty())
    at = std::min(at, key_wakes.begin()->first);
  if (!linger_ends.empty())
    at = std::min(at, linger_ends.begin()->first);
  for (const pool_state* pool : pools.all()) {
    if (pool != nullptr)
      at = std::min(at, pool->reserve.due());
  }
  return at;
}

} // namespace rota::engine
