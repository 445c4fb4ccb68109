// Compares what the arbiter keeps with a recount, and what may run with its limits.
#include "engine/arbiter/arbiter.hpp"

#include <map>

namespace rota::engine {

namespace {

std::string text_of(const queue_state& queue) {
  return "queue " + std::to_string(queue.number.value) + " (type " + queue.type->name +
         ", tenant " + queue.tenant->name + ")";
}

std::optional<std::string> audit_lanes(const queue_state& queue) {
  for (const auto& lane : queue.lanes) {
    if (!lane)
      continue;
    if ((lane->ready > 0) != (lane->seat != nullptr) || (lane->place == no_place) != !lane->seat)
      return text_of(queue) +
             " has a lane with ready jobs but no seat, or with a seat but no ready jobs";
    if (lane->seat != nullptr && lane->seat->queue != &queue)
      return text_of(queue) + " has a lane in the seat of another queue";
  }
  return std::nullopt;
}

std::optional<std::string> audit_seat(const queue_state& queue, const seat_state& seat) {
  const bool live = queue.may_run && queue.tenant->may_run && !seat.lanes.empty();
  if (seat.live != live)
    return text_of(queue) + " has a seat whose state contradicts its limits";
  if (seat.cls->type != queue.type)
    return text_of(queue) + " has a seat in a class of another type";
  bool in_order = seat.lanes.in_order();
  seat.lanes.each([&](const lane_state& lane, const lane_rank& rank) {
    in_order = in_order && lane.seat == &seat && rank == lane.order();
  });
  if (!in_order)
    return text_of(queue) + " has lanes that are not in order";
  return std::nullopt;
}

} // namespace

std::optional<std::string> arbiter::audit_queue(const queue_state& queue) const {
  if (queue.may_run != (!is_paused(queue) && queue_below_cap(queue)))
    return text_of(queue) + " is allowed to run or stopped in contradiction to its limits";
  if (queue.outstanding.size() > queue.grants)
    return text_of(queue) + " has more unreported grants than it was given";
  if (auto finding = audit_lanes(queue))
    return finding;
  for (const auto& seat : queue.seats) {
    if (auto finding = audit_seat(queue, *seat))
      return finding;
  }
  return std::nullopt;
}

std::optional<std::string> arbiter::audit_tenant(const tenant_state& tenant) const {
  if (tenant.may_run != tenant_below_cap(tenant))
    return "tenant " + tenant.name + " is allowed to run or stopped in contradiction to its limit";
  for (const auto& member : tenant.members) {
    if (auto finding = member->pool->share.audit(*member))
      return finding;
  }
  return std::nullopt;
}

std::optional<std::string> arbiter::audit_type(const type_state& type) const {
  if (type.open && !type_below_cap(type))
    return "type " + type.name + " is open at its limit";
  return std::nullopt;
}

std::optional<std::string> arbiter::audit_key(const key_state& key) const {
  if (key.open && !key_below_cap(key))
    return "key " + key.name + " is open at its limit";
  for (std::size_t i = 0; i < key.lanes.size(); ++i) {
    if (key.lanes[i]->key != &key || key.lanes[i]->key_place != i)
      return "key " + key.name + " lists a lane of another key";
  }
  for (const class_state* c : key.classes) {
    if (c->key != &key || c->open != key.open)
      return "key " + key.name +
             " has a class that is open while the key is shut, or shut while it is open";
  }
  return std::nullopt;
}

/// Number of seats by class and by type.
std::optional<std::string> arbiter::audit_seat_counts() const {
  std::map<const share_class*, std::uint32_t> in_class;
  std::map<const share_type*, std::uint32_t> live;
  for (const auto& [number, queue] : queues_) {
    for (const auto& seat : queue->seats) {
      ++in_class[seat->cls];
      live[seat->cls->type] += seat->live ? 1 : 0;
    }
  }
  for (const type_state* type : types_.all()) {
    if (type->live != live[type])
      return "type " + type->name + " has a wrong count of live seats";
    for (const auto& [key, c] : type->classes) {
      if (c->seats != in_class[c.get()])
        return "type " + type->name + " has a class with a wrong count of seats";
    }
  }
  return std::nullopt;
}

audit_result arbiter::audit_tenants(std::size_t most) {
  for (std::size_t left = most; audit_cursor_.at < tenants_.slots().size(); --left) {
    if (left == 0)
      return {};
    const tenant_state* tenant = tenants_.at(audit_cursor_.at);
    std::optional<std::string> finding;
    if (tenant != nullptr && audit_cursor_.at_queue < tenant->queues.size()) {
      finding = audit_queue(*tenant->queues[audit_cursor_.at_queue++]);
    } else {
      finding = tenant == nullptr ? std::nullopt : audit_tenant(*tenant);
      audit_cursor_.at_queue = 0;
      ++audit_cursor_.at;
    }
    if (finding)
      return {true, std::move(finding)};
  }
  return {true, {}};
}

audit_result arbiter::audit_step(std::size_t most) {
  using part = audit_cursor::part;
  audit_result now;
  const auto go_on_with = [&](part next) {
    audit_cursor_ = {next, 0, 0};
    return audit_result{false, std::move(now.finding)};
  };
  // Types and keys cost one comparison each, apart from the lanes of a key.
  const auto audit_all = [&](const auto& table, auto&& audit_one) {
    for (std::size_t left = most; audit_cursor_.at < table.slots().size() && left > 0; --left) {
      const auto* thing = table.at(audit_cursor_.at++);
      if (thing != nullptr && !now.finding)
        now.finding = audit_one(*thing);
    }
    return audit_cursor_.at >= table.slots().size();
  };
  switch (audit_cursor_.of) {
  case part::attempts:
    if (in_flight_.recount_step(most, now.finding))
      return go_on_with(part::tenants);
    break;
  case part::tenants:
    now = audit_tenants(most);
    if (now.complete)
      return go_on_with(part::types);
    break;
  case part::types:
    if (audit_all(types_, [&](const type_state& type) { return audit_type(type); }))
      return go_on_with(part::keys);
    break;
  case part::keys:
    if (audit_all(keys_, [&](const key_state& key) { return audit_key(key); })) {
      audit_cursor_ = {};
      now.complete = true;
    }
    break;
  }
  return now;
}

std::optional<std::string> arbiter::audit() const {
  auto finding = in_flight_.find_difference();
  const auto audit_all = [&](const auto& table, auto&& audit_one) {
    for (const auto* thing : table.all()) {
      if (!finding)
        finding = audit_one(*thing);
    }
  };
  for (const auto& [number, queue] : queues_) {
    if (!finding)
      finding = audit_queue(*queue);
  }
  audit_all(tenants_, [&](const tenant_state& tenant) { return audit_tenant(tenant); });
  audit_all(types_, [&](const type_state& type) { return audit_type(type); });
  audit_all(keys_, [&](const key_state& key) { return audit_key(key); });
  audit_all(pools_, [](const pool_state& pool) { return pool.share.audit(); });
  return finding ? finding : audit_seat_counts();
}

} // namespace rota::engine
