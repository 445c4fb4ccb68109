// Restores the ARBITER's core after a restart.
#pragma once
#include "actors/runtime/recovery.hpp"
#include "engine/arbiter/arbiter.hpp"

namespace rota::actors {

/// Restores tags and rates; of several queues, the greatest value of each wins.
template <class Core>
void restore_marks(Core& a, const recovered& from, const queue_map::name& identity,
                   const queue_marks& marks) {
  if (!marks.last)
    return;
  const auto type = from.settings.types.find(identity.type);
  a.restore_share(
      engine::pool_of(type == from.settings.types.end() ? engine::type_settings{} : type->second),
      identity.tenant, marks.last->tag, marks.last->pool_time);
  a.restore_type_rate(identity.type, marks.last->type_rate);
  for (const auto& [key, arrival] : marks.key_rates)
    a.restore_key_rate(key, arrival);
}

/// Gives the core (see arbiter_shell.hpp) all settings, everything in flight, tags and rates.
template <class Core>
void restore_arbiter(Core& a, const recovered& from, engine::time_point now) {
  for (const auto& [name, settings] : from.settings.types)
    a.set_type(name, settings, now);
  for (const auto& [name, settings] : from.settings.tenants)
    a.set_tenant(name, settings);
  for (const auto& [name, settings] : from.settings.executors)
    a.set_pool(name, pool_in(from.settings, name));
  for (const auto& [name, settings] : from.settings.pools)
    a.set_pool(name, pool_in(from.settings, name));
  for (const auto& [name, settings] : from.settings.keys)
    a.set_key(name, settings, now);
  for (const auto& [type, tenant] : from.settings.paused_queues)
    a.pause(type, tenant, true);
  for (const auto& [number, queue] : from.queues) {
    const auto& identity = queue.core->identity();
    a.open_queue(number, identity.type, identity.tenant);
    for (const auto& use : queue.core->attempt_uses())
      a.restore_attempt(number, use.attempt, *use.traits, use.jobs, use.cost, use.taken);
    restore_marks(a, from, {identity.type, identity.tenant}, queue.marks);
  }
  for (const auto& [number, marks] : from.idle_marks)
    restore_marks(a, from, from.names.at(number), marks);
}

} // namespace rota::actors
