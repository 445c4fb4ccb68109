#include "engine/arbiter/arbiter.hpp"

#include <algorithm>

namespace rota::engine {

// -- names ----------------------------------------------------------------------------------------

type_state& arbiter::type_named(const std::string& name) {
  type_state& type = types_.get(name);
  if (type.pool == nullptr)
    type.pool = &pools_.get(pool_of(type.settings));
  return type;
}

queue_state* arbiter::queue_at(queue_number number) const {
  const auto found = queues_.find(number.value);
  return found == queues_.end() ? nullptr : found->second.get();
}

member_state& arbiter::member_of(pool_state& pool, tenant_state& tenant) {
  if (member_state* known = tenant.member_in(pool))
    return *known;
  auto member = std::make_unique<member_state>();
  member->name = &tenant.name;
  member->weight = tenant.settings.weight;
  member->tenant = &tenant;
  member->pool = &pool;
  pool.share.add_idle(*member);
  tenant.members.push_back(std::move(member));
  return *tenant.members.back();
}

/// A tenant with F <= V, no queues and no attempts is indistinguishable from a new one, so drop it.
/// (A tenant with a queue is kept because its last turn breaks ties.)
void arbiter::forget_members(pool_state& pool) {
  while (share_member* out = pool.share.take_forgettable()) {
    auto& member = static_cast<member_state&>(*out);
    if (member.tenant->queues.empty() && in_flight_.of_share(pool.id, member.tenant->id) == 0)
      drop_member(member);
  }
}

/// Called after the tenant's last queue or attempt has ended: V may already have passed it.
void arbiter::list_idle_members(tenant_state& tenant) {
  if (!tenant.queues.empty())
    return;
  const std::string name = tenant.name; // the tenant may be removed in the first round
  for (pool_state* pool : pools_.all()) {
    tenant_state* still = tenants_.find(name);
    member_state* member = still == nullptr ? nullptr : still->member_in(*pool);
    if (member == nullptr)
      continue;
    if (member->idle_place == no_place)
      pool->share.add_idle(*member);
    forget_members(*pool);
  }
  if (tenant_state* still = tenants_.find(name))
    forget_if_unused(*still);
}

void arbiter::drop_member(member_state& member) {
  tenant_state& tenant = *member.tenant;
  member.pool->share.remove_idle(member);
  member.pool->monitor.forget(member);
  for (queue_state* queue : tenant.queues) {
    for (const auto& seat : queue->seats) {
      if (seat->member == &member)
        seat->member = nullptr;
    }
  }
  std::erase_if(tenant.members, [&](const auto& m) { return m.get() == &member; });
  forget_if_unused(tenant);
}

void arbiter::forget_if_unused(type_state& type) {
  if (!type.has_settings && type.queues.empty() && type.patterns.empty() &&
      type.paused_tenants.empty() && !type.dirty && type.wake == never &&
      in_flight_.of_type(type.id) == 0)
    types_.drop(type);
}

void arbiter::forget_if_unused(tenant_state& tenant) {
  if (tenant.queues.empty() && tenant.members.empty() && tenant.settings == tenant_settings{} &&
      in_flight_.of_tenant(tenant.id) == 0)
    tenants_.drop(tenant);
}

void arbiter::forget_if_unused(key_state& key) {
  if (key.lanes.empty() && !key.settings && key.wake == never && in_flight_.of_key(key.id) == 0)
    keys_.drop(key);
}

// -- views ----------------------------------------------------------------------------------------

std::vector<pool_view> arbiter::pools() const {
  std::vector<pool_view> views;
  for (const pool_state* pool : pools_.all()) {
    views.push_back({pool->name, pool->share.time(), in_flight_.slots_of_pool(pool->id),
                     pool->settings.slots, pool->dispatches, asks_.waiting_in(pool->id),
                     pool->monitor.worst()});
  }
  std::sort(views.begin(), views.end(),
            [](const pool_view& a, const pool_view& b) { return a.pool < b.pool; });
  return views;
}

bool arbiter::key_in_use(const std::string& key) const {
  const key_state* known = keys_.find(key);
  return known != nullptr && known->settings &&
         (!known->lanes.empty() || in_flight_.of_key(known->id) > 0);
}

} // namespace rota::engine
