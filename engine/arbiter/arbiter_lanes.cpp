// Processes the reports of queues: lanes enter seats, seats join and leave the fair share.
#include "engine/arbiter/arbiter.hpp"
#include "engine/ensure.hpp"

#include <algorithm>

namespace rota::engine {

namespace {

lane_state& lane_at(queue_state& queue, lane_number number) {
  if (queue.lanes.size() <= number.value)
    queue.lanes.resize(number.value + 1);
  auto& slot = queue.lanes[number.value];
  if (!slot) {
    slot = std::make_unique<lane_state>();
    slot->queue = &queue;
    slot->number = number;
  }
  return *slot;
}

void update_most_ready(seat_state& seat) {
  seat.most_ready = 0;
  seat.lanes.each([&](const lane_state& lane, const lane_rank&) {
    seat.most_ready = std::max(seat.most_ready, lane.ready);
  });
}

} // namespace

void arbiter::open_queue(queue_number number, const std::string& type, const std::string& tenant) {
  auto& slot = queues_[number.value];
  if (slot)
    return;
  slot = std::make_unique<queue_state>();
  slot->number = number;
  slot->type = &type_named(type);
  slot->tenant = &tenants_.get(tenant);
  slot->type->queues.push_back(slot.get());
  slot->tenant->queues.push_back(slot.get());
  refresh(*slot);
}

void arbiter::close_queue(queue_number number) {
  queue_state* queue = queue_at(number);
  if (queue == nullptr)
    return;
  for (const auto& lane : queue->lanes) {
    if (lane)
      clear(*lane);
  }
  drop_seats(*queue);
  type_state& type = *queue->type;
  tenant_state& tenant = *queue->tenant;
  std::erase(type.queues, queue);
  std::erase(tenant.queues, queue);
  mark_dirty(type); // a turn may have waited for this queue's report
  queues_.erase(number.value);
  list_idle_members(tenant);
}

void arbiter::report(queue_number number, const queue_report& report, time_point now) {
  queue_state* known = queue_at(number);
  if (known == nullptr)
    return;
  queue_state& queue = *known;
  ensure(report.grants_seen <= queue.grants, "a queue reports no more grants than it was given");
  while (!queue.outstanding.empty() && queue.outstanding.front().number <= report.grants_seen)
    queue.outstanding.pop_front();
  for (const lane_report& lane : report.lanes)
    apply(queue, lane, now);
}

void arbiter::apply(queue_state& queue, const lane_report& report, time_point now) {
  lane_state& lane = lane_at(queue, report.lane);
  mark_dirty(*queue.type); // even for an empty lane: a turn may have waited for this report
  if (report.ready == 0) {
    clear(lane);
    return;
  }
  ensure(report.traits != nullptr &&
             report.next_count <= std::min<std::size_t>(report.ready, upcoming_max),
         "the report of a lane with ready jobs describes its next jobs");
  set_traits(lane, report.traits);
  lane.ready = report.ready;
  lane.ready_since = report.ready_since;
  lane.uniform = report.uniform;
  lane.linger_until = report.linger_until;
  lane.next = report.next;
  lane.next_at = 0;
  lane.next_end = std::min<std::uint8_t>(report.next_count, upcoming_max);
  if (lane.next_end > 0)
    lane.last = lane.next[0];
  for (const outstanding_grant& grant : queue.outstanding) {
    if (grant.lane == lane.number)
      consume(lane, grant.jobs);
  }
  place(lane, now);
}

void arbiter::set_traits(lane_state& lane, const std::shared_ptr<const lane_traits>& traits) {
  if (lane.traits == traits)
    return;
  const std::string& name = traits->concurrency_key;
  if ((lane.key == nullptr && !name.empty()) || (lane.key != nullptr && lane.key->name != name)) {
    clear(lane);
    if (!name.empty()) {
      lane.key = &keys_.get(name);
      lane.key_place = static_cast<std::uint32_t>(lane.key->lanes.size());
      lane.key->lanes.push_back(&lane);
    }
  }
  lane.traits = traits;
}

/// Removes granted jobs from the lane: the head advances.
void arbiter::consume(lane_state& lane, std::uint32_t jobs) {
  lane.ready -= std::min(lane.ready, jobs);
  const std::uint32_t known = lane.next_end - lane.next_at;
  if (jobs > 0 && known > 0)
    lane.last = lane.next[lane.next_at + std::min(jobs, known) - 1];
  lane.next_at = static_cast<std::uint8_t>(lane.next_at + std::min(jobs, known));
}

/// Puts a lane into the seat where it belongs now.
void arbiter::place(lane_state& lane, time_point now) {
  if (lane.ready == 0) {
    clear(lane);
    return;
  }
  const bool lingering = lane.ready < lane.traits->batch_max && lane.linger_until > now;
  set_linger(lane, lingering);
  if (lane.seat != nullptr) {
    const class_state& c = lane.seat->cls_state();
    if (c.key != lane.limited_key() || c.slots != lane.traits->slots || c.lingering != lingering)
      leave_seat(lane);
  }
  if (lane.seat == nullptr)
    lane.seat = &seat_for(lane, lingering);
  seat_state& seat = *lane.seat;
  seat.lanes.put(lane, lane.order());
  if (lingering) {
    seat.cls->group->batch_max = std::max(seat.cls->group->batch_max, lane.traits->batch_max);
    update_most_ready(seat);
  }
  if (!seat.live && lane.queue->may_run && lane.queue->tenant->may_run)
    join(seat);
  mark_dirty(*lane.queue->type);
}

/// Removes a lane from its seat, and drops the seat if it is idle.
void arbiter::leave_seat(lane_state& lane) {
  if (lane.seat == nullptr)
    return;
  seat_state& seat = *lane.seat;
  lane.seat = nullptr;
  seat.lanes.remove(lane);
  if (seat.cls_state().lingering)
    update_most_ready(seat);
  if (!seat.lanes.empty())
    return;
  if (seat.live)
    leave(seat);
  drop_seat_if_idle(seat);
}

/// Removes a lane that has no ready jobs left.
void arbiter::clear(lane_state& lane) {
  lane.ready = 0;
  set_linger(lane, false);
  leave_seat(lane);
  if (lane.key == nullptr)
    return;
  key_state& key = *lane.key;
  lane.key = nullptr;
  lane.traits = nullptr;
  key.lanes[lane.key_place] = key.lanes.back();
  key.lanes[lane.key_place]->key_place = lane.key_place;
  key.lanes.pop_back();
  lane.key_place = no_place;
  forget_if_unused(key);
}

void arbiter::set_linger(lane_state& lane, bool on) {
  if (lane.lingers)
    linger_ends_.erase(linger_ends_.find({lane.listed_until, &lane}));
  lane.lingers = on;
  lane.listed_until = lane.linger_until;
  if (on)
    linger_ends_.emplace(lane.linger_until, &lane);
}

seat_state& arbiter::seat_for(lane_state& lane, bool lingering) {
  queue_state& queue = *lane.queue;
  class_state& c = class_for(*queue.type, lane.limited_key(), lane.traits->slots, lingering);
  for (const auto& seat : queue.seats) {
    if (seat->cls == &c)
      return *seat;
  }
  auto seat = std::make_unique<seat_state>();
  seat->cls = &c;
  seat->queue = &queue;
  ++c.seats;
  queue.seats.push_back(std::move(seat));
  return *queue.seats.back();
}

class_state& arbiter::class_for(type_state& type, key_state* key, micro slots, bool lingering) {
  auto& slot = type.classes[class_key{key, slots, lingering}];
  if (!slot) {
    slot = std::make_unique<class_state>();
    slot->key = key;
    slot->slots = slots;
    slot->lingering = lingering;
    slot->open = key == nullptr || key->open;
    type.pool->share.add_class(*slot, type, slots, lingering);
    if (key != nullptr)
      key->classes.push_back(slot.get());
  }
  return *slot;
}

/// A queue keeps one or two seats without work, because its next jobs mostly belong there.
void arbiter::drop_seat_if_idle(seat_state& seat) {
  queue_state& queue = *seat.queue;
  class_state& c = seat.cls_state();
  if (c.key == nullptr && queue.seats.size() <= 2)
    return;
  std::erase_if(queue.seats, [&](const auto& s) { return s.get() == &seat; });
  --c.seats;
  drop_class_if_unused(c);
}

/// Drops all seats of a queue; they have no lanes.
void arbiter::drop_seats(queue_state& queue) {
  while (!queue.seats.empty()) {
    class_state& c = queue.seats.back()->cls_state();
    queue.seats.pop_back();
    --c.seats;
    drop_class_if_unused(c);
  }
}

void arbiter::drop_class_if_unused(class_state& c) {
  if (c.seats > 0)
    return;
  auto& type = static_cast<type_state&>(*c.type);
  type.pool->share.drop_class(c);
  if (c.key != nullptr)
    std::erase(c.key->classes, &c);
  type.classes.erase(class_key{c.key, c.slots, c.lingering});
}

/// Called after a change of what may run.
void arbiter::refresh_seats(queue_state& queue) {
  const bool may_run = queue.may_run && queue.tenant->may_run;
  for (const auto& seat : queue.seats) {
    if (may_run && !seat->live && !seat->lanes.empty())
      join(*seat);
    else if (!may_run && seat->live)
      leave(*seat);
  }
}

void arbiter::join(seat_state& seat) {
  queue_state& queue = *seat.queue;
  pool_state& pool = *queue.type->pool;
  seat.member = &member_of(pool, *queue.tenant);
  pool.share.join(seat);
  mark_dirty(*queue.type);
}

void arbiter::leave(seat_state& seat) {
  pool_state& pool = *seat.queue->type->pool;
  pool.share.leave(seat);
  mark_dirty(*seat.queue->type); // a turn may have waited for this lane's report
  if (pool.reserve.release(seat))
    mark_dirty(pool);
}

} // namespace rota::engine
