#include "actors/runtime/timer_actor.hpp"

#include "actors/runtime/load.hpp"
#include "actors/runtime/watched_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <unordered_map>

namespace rota::actors {
namespace {

using namespace engine;

/// The arbiter stands among the queues under the number that no queue has.
constexpr queue_number arbiter_slot{0};
/// The clock counts nanoseconds: a job for the year 9999 would overflow it.
constexpr std::chrono::hours longest_sleep{1};

struct timer_state {
  room_ptr shared;
  std::multimap<time_point, queue_number> due;
  std::unordered_map<queue_number, std::multimap<time_point, queue_number>::iterator> wishes;
  std::unordered_map<queue_number, queue_actor> queues; ///< Of the wishes; gone with them.
  arbiter_actor arbiter;
  std::uint64_t rings = 0;
  time_point armed = never;
  static constexpr const char* name = "timer";
};

using self_pointer = watched_pointer<timer_actor, timer_state>;

void arm(self_pointer self) {
  auto& state = self->state;
  if (state.due.empty() || state.due.begin()->first >= state.armed)
    return;
  const auto now = state.shared->clock.at(self->clock().now());
  state.armed = std::min(state.due.begin()->first, now + longest_sleep);
  self->scheduled_send(timer_actor{self}, state.shared->clock.from(state.armed),
                       ring{++state.rings});
}

void wish(self_pointer self, queue_number who, time_point at) {
  auto& state = self->state;
  if (const auto old = state.wishes.find(who); old != state.wishes.end())
    state.due.erase(old->second);
  state.wishes[who] = state.due.emplace(at, who);
  arm(self);
}

void wake_one(self_pointer self, queue_number who, time_point at) {
  auto& state = self->state;
  if (who == arbiter_slot) {
    self->send(state.arbiter, wake{at});
    return;
  }
  const auto queue = state.queues.find(who);
  self->send(queue->second, wake{at});
  state.queues.erase(queue);
}

void on_ring(self_pointer self, ring r) {
  auto& state = self->state;
  if (r.number != state.rings)
    return; // an earlier wish was armed after this one
  state.armed = never;
  const auto now = state.shared->clock.at(self->clock().now());
  while (!state.due.empty() && state.due.begin()->first <= now) {
    const auto [at, who] = *state.due.begin();
    state.due.erase(state.due.begin());
    state.wishes.erase(who);
    wake_one(self, who, at);
  }
  arm(self);
}

timer_actor::behavior_type behave(self_pointer self, room_ptr shared) {
  self->state.shared = std::move(shared);
  return {
      [=](wake_queue& w) {
        self->state.queues[w.number] = std::move(w.queue);
        wish(self, w.number, w.at);
      },
      [=](wake_arbiter& w) {
        self->state.arbiter = std::move(w.arbiter);
        wish(self, arbiter_slot, w.at);
      },
      [=](ring r) { on_ring(self, r); },
      [=](const load_wanted& part) { tell_load(self, part); },
  };
}

} // namespace

timer_actor spawn_timer(caf::actor_system& system, room_ptr room) {
  return system.spawn(behave, std::move(room));
}

} // namespace rota::actors
