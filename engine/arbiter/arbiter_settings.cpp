// Applies operators' settings. A lowered limit ends no attempt; nothing new starts until it is met.
#include "engine/arbiter/arbiter.hpp"

#include <algorithm>

namespace rota::engine {

void arbiter::set_type(const std::string& name, const type_settings& settings, time_point now) {
  type_state& type = type_named(name);
  type.settings = settings;
  type.has_settings = true;
  type.bucket.configure(settings.rate, now);
  pool_state& pool = pools_.get(pool_of(settings));
  if (type.pool != &pool)
    move_to_pool(type, pool, now);
  refresh(type, now);
  for (queue_state* queue : type.queues)
    refresh(*queue);
  mark_dirty(type);
}

/// Moves a type to another pool: its waiting jobs compete there from now on, its running ones still
/// count where they started.
void arbiter::move_to_pool(type_state& type, pool_state& pool, time_point now) {
  for (queue_state* queue : type.queues) {
    for (const auto& lane : queue->lanes) {
      if (lane)
        leave_seat(*lane);
    }
    drop_seats(*queue);
  }
  pool_state& before = *type.pool;
  if (type.dirty) {
    std::erase(before.dirty_types, &type);
    type.dirty = false;
  }
  mark_dirty(before);
  type.pool = &pool;
  type.offset = {};
  for (ask_pattern* pattern : asks_.patterns_of(before.id))
    resolve(*pattern);
  for (ask_pattern* pattern : asks_.patterns_of(pool.id))
    resolve(*pattern);
  for (queue_state* queue : type.queues) {
    for (const auto& lane : queue->lanes) {
      if (lane && lane->ready > 0)
        place(*lane, now);
    }
  }
}

/// Finds the types of a pattern's names that belong to its pool.
void arbiter::resolve(ask_pattern& pattern) {
  pattern.types.clear();
  for (const std::string& name : pattern.names) {
    type_state& type = type_named(name);
    if (std::find(type.patterns.begin(), type.patterns.end(), &pattern) == type.patterns.end())
      type.patterns.push_back(&pattern);
    if (type.pool->id == pattern.pool)
      pattern.types.push_back(&type);
  }
  std::sort(pattern.types.begin(), pattern.types.end());
}

void arbiter::set_tenant(const std::string& name, const tenant_settings& settings) {
  tenant_state& tenant = tenants_.get(name);
  if (tenant.settings.weight != settings.weight) {
    for (const auto& member : tenant.members) {
      member->pool->share.set_weight(*member, settings.weight);
      member->pool->monitor.interrupt(*member, {});
    }
  }
  tenant.settings = settings;
  refresh(tenant);
  for (queue_state* queue : tenant.queues)
    refresh(*queue);
  forget_if_unused(tenant);
}

void arbiter::set_pool(const std::string& name, const pool_settings& settings) {
  pool_state& pool = pools_.get(name);
  pool.settings = settings;
  mark_dirty(pool);
}

void arbiter::set_key(const std::string& name, const std::optional<key_settings>& settings,
                      time_point now) {
  key_state& key = keys_.get(name);
  const bool was_limited = key.limited();
  key.settings = settings;
  key.bucket.configure(settings ? settings->rate : std::nullopt, now);
  refresh(key, now);
  if (key.limited() != was_limited) {
    const std::vector<lane_state*> lanes = key.lanes;
    for (lane_state* lane : lanes)
      place(*lane, now); // its class may have changed
  }
  forget_if_unused(key);
}

void arbiter::pause(const std::string& type_name, const std::string& tenant, bool on) {
  type_state& type = type_named(type_name);
  if (on)
    type.paused_tenants.insert(tenant);
  else
    type.paused_tenants.erase(tenant);
  for (queue_state* queue : type.queues) {
    if (queue->tenant->name == tenant)
      refresh(*queue);
  }
  mark_dirty(type);
}

void arbiter::drain(bool on) {
  draining_ = on;
  for (pool_state* pool : pools_.all())
    mark_dirty(*pool);
}

// -- after a restart ------------------------------------------------------------------------------

void arbiter::restore_attempt(queue_number queue, serial attempt, const lane_traits& traits,
                              std::uint32_t jobs, micro cost, time_point taken) {
  const queue_state* known = queue_at(queue);
  if (known == nullptr)
    return;
  const pool_state& pool = *known->type->pool;
  attempt_load load{.queue = queue,
                    .pool = pool.id,
                    .type = known->type->id,
                    .tenant = known->tenant->id,
                    .slots = traits.slots,
                    .charged = cost,
                    .jobs = jobs,
                    .taken = true,
                    .estimated = pool.settings.cost == cost_unit::runtime};
  if (!traits.concurrency_key.empty())
    load.key = keys_.get(traits.concurrency_key).id;
  if (in_flight_.insert(attempt, load))
    refresh_limits_of(load, taken);
}

void arbiter::restore_share(const std::string& pool, const std::string& tenant, virtual_time tag,
                            virtual_time pool_time) {
  pool_state& in = pools_.get(pool);
  in.share.restore_time(pool_time);
  if (!tenant.empty())
    in.share.restore_tag(member_of(in, tenants_.get(tenant)), tag);
}

void arbiter::restore_type_rate(const std::string& type, time_point arrival) {
  type_state& of = type_named(type);
  of.bucket.restore(arrival);
  refresh(of, time_point::min());
}

void arbiter::restore_key_rate(const std::string& key, time_point arrival) {
  key_state& of = keys_.get(key);
  of.bucket.restore(arrival);
  refresh(of, time_point::min());
}

} // namespace rota::engine
