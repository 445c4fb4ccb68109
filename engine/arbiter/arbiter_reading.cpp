// Read access: why a job waits, and its position.
#include "engine/arbiter/arbiter.hpp"

#include <algorithm>
#include <cstdio>

namespace rota::engine {

namespace {

std::string number(micro m) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", m.as_double());
  return text;
}

std::string at_limit(const std::string& what, std::uint32_t running, std::uint32_t limit) {
  return what + " has " + std::to_string(running) + " running, its limit is " +
         std::to_string(limit);
}

std::string wait_of(time_point until, time_point now) {
  const auto us = std::max(until - now, duration{});
  return std::to_string((us.count() + 999) / 1000) + " ms";
}

std::string quoted(const char* kind, const std::string& name) {
  return std::string{kind} + " \"" + name + "\"";
}

} // namespace

std::optional<wait_reason> arbiter::own_limit_reason(const queue_state& queue) const {
  if (draining_)
    return wait_reason::draining;
  if (is_paused(queue))
    return wait_reason::paused;
  if (!tenant_below_cap(*queue.tenant))
    return wait_reason::tenant_limit;
  if (!type_below_cap(*queue.type) || !queue_below_cap(queue))
    return wait_reason::type_limit;
  return std::nullopt;
}

std::string arbiter::own_limit_text(const queue_state& queue, wait_reason why) const {
  const type_state& type = *queue.type;
  const tenant_state& tenant = *queue.tenant;
  if (why == wait_reason::draining)
    return "the server is draining";
  if (why == wait_reason::paused) {
    const std::string what = type.settings.paused     ? quoted("type", type.name)
                             : tenant.settings.paused ? quoted("tenant", tenant.name)
                                                      : std::string{"the queue"};
    return what + " is paused";
  }
  if (why == wait_reason::tenant_limit)
    return at_limit(quoted("tenant", tenant.name), in_flight_.of_tenant(tenant.id),
                    *tenant.settings.max_running);
  if (!type_below_cap(type))
    return at_limit(quoted("type", type.name), in_flight_.of_type(type.id),
                    *type.settings.max_running);
  return at_limit("the tenant's share of " + quoted("type", type.name),
                  in_flight_.of_pair(type.id, tenant.id), *type.settings.max_running_per_tenant);
}

std::optional<wait_reason> arbiter::shared_limit_reason(const lane_state& lane,
                                                        time_point now) const {
  const type_state& type = *lane.queue->type;
  const key_state* key = lane.key;
  if (key != nullptr && !key_below_cap(*key))
    return wait_reason::key_limit;
  if (!type.bucket.allowed(now) || (key != nullptr && !key->bucket.allowed(now)))
    return wait_reason::rate_limit;
  if (lane.lingers && lane.linger_until > now)
    return wait_reason::lingering;
  return std::nullopt;
}

std::string arbiter::shared_limit_text(const lane_state& lane, wait_reason why,
                                       time_point now) const {
  const type_state& type = *lane.queue->type;
  const key_state* key = lane.key;
  if (why == wait_reason::key_limit)
    return at_limit(quoted("key", key->name), in_flight_.of_key(key->id),
                    *key->settings->max_running);
  if (why == wait_reason::lingering)
    return "the batch may fill for another " + wait_of(lane.linger_until, now);
  if (!type.bucket.allowed(now))
    return quoted("type", type.name) + " has reached its rate limit for another " +
           wait_of(type.bucket.next_allowed(), now);
  return quoted("key", key->name) + " has reached its rate limit for another " +
         wait_of(key->bucket.next_allowed(), now);
}

std::optional<wait_reason> arbiter::capacity_reason(const lane_state& lane, time_point now) const {
  const type_state& type = *lane.queue->type;
  const pool_state& pool = *type.pool;
  if (!asked_recently(type, now))
    return wait_reason::no_worker;
  const micro free = free_slots(pool);
  const micro slots = lane.traits->slots;
  if (slots > free)
    return wait_reason::no_capacity;
  if (!reservation_applies(pool, now) || pool.reserve.holder() == lane.seat)
    return std::nullopt;
  const micro kept = pool.reserve.holder()->cls->group->bucket->slots;
  if (slots > std::max(free - kept, micro{}))
    return wait_reason::reserved;
  return std::nullopt;
}

std::string arbiter::capacity_text(const lane_state& lane, wait_reason why) const {
  const type_state& type = *lane.queue->type;
  const pool_state& pool = *type.pool;
  if (why == wait_reason::no_worker)
    return "no worker asked for " + quoted("type", type.name) + " in the last 60 s";
  const micro free = free_slots(pool);
  if (why == wait_reason::no_capacity)
    return "the job needs " + number(lane.traits->slots) + " slots, " + quoted("pool", pool.name) +
           " has " + number(free) + " free";
  const micro kept = pool.reserve.holder()->cls->group->bucket->slots;
  return number(std::min(kept, free)) + " of the " + number(free) + " free slots of " +
         quoted("pool", pool.name) + " are reserved for a heavier job";
}

explanation arbiter::explain(queue_number number, lane_number lane_number, std::size_t position,
                             time_point now) const {
  const queue_state* queue = queue_at(number);
  if (queue == nullptr)
    return {wait_reason::waiting_turn, "the queue has just been opened"};
  if (const auto why = own_limit_reason(*queue))
    return {*why, own_limit_text(*queue, *why)};
  const lane_state* lane = queue->find_lane(lane_number);
  if (lane != nullptr && lane->seat != nullptr) {
    if (const auto why = shared_limit_reason(*lane, now))
      return {*why, shared_limit_text(*lane, *why, now)};
    if (const auto why = capacity_reason(*lane, now))
      return {*why, capacity_text(*lane, *why)};
  }
  if (position == 2)
    return {wait_reason::behind_in_queue, "1 job of the queue is ahead of it"};
  if (position > 2)
    return {wait_reason::behind_in_queue,
            std::to_string(position - 1) + " jobs of the queue are ahead of it"};
  return {wait_reason::waiting_turn, has_waiting_ask(*queue->type)
                                         ? "other tenants are served first"
                                         : "no worker is asking right now"};
}

namespace {

/// A tenant's future turns by tag and weight alone: turn k (from 0) starts at tag + k / weight.
struct turns_ahead {
  turn_key first;
  micro weight;

  virtual_time start(std::uint64_t k) const {
    return {first.tag.units +
            (wide{static_cast<std::int64_t>(k)} * micro::scale << virtual_time::fraction_bits) /
                weight.value};
  }
};

/// Whether turn k of `a` precedes turn n of `b`: by start, then least recently served, then by
/// name.
bool before(const turns_ahead& a, std::uint64_t k, const turns_ahead& b, std::uint64_t n) {
  const virtual_time at = a.start(k);
  const virtual_time than = b.start(n);
  if (at != than)
    return at < than;
  if (k == 0 || n == 0)
    return k == 0 && (n > 0 || a.first < b.first);
  if (a.weight != b.weight)
    return a.weight < b.weight;
  return before(a, 0, turns_ahead{{a.first.tag, b.first.served, b.first.name}, b.weight}, 0);
}

/// The number of the first `ready` turns of `a` that precede turn n of `b`; a binary search.
std::uint64_t turns_before(const turns_ahead& a, std::uint64_t ready, const turns_ahead& b,
                           std::uint64_t n) {
  std::uint64_t low = 0;
  std::uint64_t high = ready;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (before(a, middle, b, n))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

} // namespace

std::optional<std::size_t> arbiter::global_position(queue_number number,
                                                    std::size_t position) const {
  const queue_state* queue = queue_at(number);
  if (queue == nullptr || position == 0)
    return std::nullopt;
  const pool_state& pool = *queue->type->pool;
  const auto ahead_of = [&](const tenant_state& tenant) {
    const member_state* m = tenant.member_in(pool);
    const virtual_time tag = m == nullptr ? pool.share.time() : pool.share.lifted_tag(*m);
    return turns_ahead{{tag, m == nullptr ? 0 : m->served, &tenant.name}, tenant.settings.weight};
  };
  std::uint64_t own = position - 1;
  for (const queue_state* other : queue->tenant->queues) { // the tenant's other queues share its
                                                           // turns
    if (other == queue || other->type->pool != &pool)
      continue;
    own += std::min<std::uint64_t>(other->ready(), position - 1);
  }
  const turns_ahead mine = ahead_of(*queue->tenant);
  std::uint64_t before_it = own;
  for (const tenant_state* tenant : tenants_.all()) {
    if (tenant == queue->tenant)
      continue;
    const member_state* m = tenant->member_in(pool);
    if (m != nullptr && !m->live.empty())
      before_it += turns_before(ahead_of(*tenant), tenant->ready_in(pool), mine, own);
  }
  return before_it + 1;
}

} // namespace rota::engine
