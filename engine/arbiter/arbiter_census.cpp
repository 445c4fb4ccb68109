// The census: a walk over tenants and their queues that can be interrupted after any queue.
#include "engine/arbiter/arbiter.hpp"

#include <algorithm>

namespace rota::engine {

void type_census::join(const type_census& other) {
  for (std::size_t i = 0; i < ready.size(); ++i)
    ready[i] += other.ready[i];
  if (other.oldest_ready)
    oldest_ready = std::min(oldest_ready.value_or(never), *other.oldest_ready);
  in_flight += other.in_flight;
  max_running.reset();
}

namespace {

bool busier(const tenant_census& a, const tenant_census& b) {
  if (a.depth() != b.depth())
    return a.depth() > b.depth();
  return a.served != b.served ? a.served > b.served : a.tenant < b.tenant;
}

/// Keeps the busiest tenants as a heap whose top is the least busy of them.
void keep_busiest(std::vector<tenant_census>& kept, std::size_t most, tenant_census& candidate) {
  if (kept.size() == most) {
    if (kept.empty() || !busier(candidate, kept.front()))
      return;
    std::pop_heap(kept.begin(), kept.end(), busier);
    kept.pop_back();
  }
  kept.push_back(std::move(candidate));
  std::push_heap(kept.begin(), kept.end(), busier);
}

/// Completes the current tenant and moves to the next one.
void end_tenant(census& c) {
  const auto has_work = [](const tenant_census& t) { return t.depth() > 0; };
  c.tenants_with_work += std::any_of(c.current.begin(), c.current.end(), has_work) ? 1 : 0;
  for (auto& part : c.current)
    if (has_work(part) || part.tag)
      keep_busiest(c.tenants[part.pool], c.tenants_max, part);
  c.current.clear();
  c.at_queue = 0;
  ++c.at_tenant;
}

} // namespace

tenant_census& arbiter::count_member(census& c, const pool_state& pool,
                                     const tenant_state& tenant) const {
  for (auto& part : c.current)
    if (part.pool == pool.name)
      return part;
  auto& part = c.current.emplace_back();
  part.tenant = tenant.name;
  part.pool = pool.name;
  part.in_flight = in_flight_.of_share(pool.id, tenant.id);
  part.weight = tenant.settings.weight;
  part.max_running = tenant.settings.max_running;
  if (const member_state* m = tenant.member_in(pool)) {
    part.dispatches = m->dispatches;
    part.served = m->served_cost;
    part.tag = pool.share.tag(*m);
  }
  return part;
}

void arbiter::count_queue(census& c, const queue_state& queue, time_point now) const {
  auto& share = count_member(c, *queue.type->pool, *queue.tenant);
  const auto own = own_limit_reason(queue);
  for (const auto& lane : queue.lanes) {
    if (!lane || lane->ready == 0 || lane->seat == nullptr)
      continue;
    share.ready += lane->ready;
    if (c.types.size() <= queue.type->id)
      c.types.resize(queue.type->id + 1);
    auto& type = c.types[queue.type->id];
    auto why = own ? own : shared_limit_reason(*lane, now);
    if (!why)
      why = capacity_reason(*lane, now);
    type.ready[static_cast<std::size_t>(why.value_or(wait_reason::waiting_turn))] += lane->ready;
    type.oldest_ready = std::min(type.oldest_ready.value_or(never), lane->ready_since);
  }
}

/// Adds names, limits and the number in flight, also for types without ready jobs.
void arbiter::count_types(census& c) const {
  c.types.resize(types_.slots().size());
  for (const type_state* type : types_.all()) {
    type_census& found = c.types[type->id];
    found.type = type->name;
    found.pool = type->pool->name;
    found.in_flight = in_flight_.of_type(type->id);
    found.max_running = type->settings.max_running;
  }
}

bool arbiter::census_step(census& c, std::size_t queues_max, time_point now) const {
  for (std::size_t left = queues_max; c.at_tenant < tenants_.slots().size(); --left) {
    if (left == 0)
      return false;
    const tenant_state* tenant = tenants_.at(c.at_tenant);
    const bool another =
        tenant == nullptr || (!c.current.empty() && c.current[0].tenant != tenant->name);
    if (another) { // the current tenant was removed between two steps
      c.current.clear();
      c.at_queue = 0;
    }
    if (tenant != nullptr && c.at_queue < tenant->queues.size()) {
      count_queue(c, *tenant->queues[c.at_queue++], now);
      continue;
    }
    if (tenant != nullptr)
      for (const auto& member : tenant->members)
        count_member(c, *member->pool, *tenant);
    end_tenant(c);
  }
  for (auto& [pool, kept] : c.tenants)
    std::sort_heap(kept.begin(), kept.end(), busier);
  count_types(c);
  return true;
}

} // namespace rota::engine
