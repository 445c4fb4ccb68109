#include "actors/runtime/timer_actor.hpp"

#include "actors/runtime/deadline_timer.hpp"
#include "actors/runtime/traced_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <unordered_map>

namespace rota::actors {
namespace {

using namespace engine;

/// The arbiter's deadline is among those of the queues, under a number that no queue has.
constexpr queue_number arbiter_slot{0};
/// The clock counts nanoseconds: a job delayed until the year 9999 would overflow it.
constexpr std::chrono::hours longest_sleep{1};

struct timer_state {
  room_ptr shared;
  std::multimap<time_point, queue_number> due;
  std::unordered_map<queue_number, std::multimap<time_point, queue_number>::iterator> deadlines;
  std::unordered_map<queue_number, queue_actor> queues; ///< Queues with a deadline.
  arbiter_actor arbiter;
  deadline_timer timer;
  static constexpr const char* name = "timer";
};

using self_pointer = traced_pointer<timer_actor, timer_state>;

void arm(self_pointer self) {
  auto& state = self->state;
  if (!state.due.empty())
    state.timer.set(self, std::min(state.due.begin()->first, now_of(self) + longest_sleep));
}

void set_deadline(self_pointer self, queue_number queue, time_point at) {
  auto& state = self->state;
  if (const auto old = state.deadlines.find(queue); old != state.deadlines.end())
    state.due.erase(old->second);
  state.deadlines[queue] = state.due.emplace(at, queue);
  arm(self);
}

void wake_one(self_pointer self, queue_number number) {
  auto& state = self->state;
  if (number == arbiter_slot) {
    self->send(state.arbiter, wake{});
    return;
  }
  const auto queue = state.queues.find(number);
  self->send(queue->second, wake{});
  state.queues.erase(queue);
}

void on_deadline(self_pointer self, const deadline_passed& message) {
  auto& state = self->state;
  if (!state.timer.is_current(message))
    return; // replaced by one for an earlier deadline
  const auto now = now_of(self);
  while (!state.due.empty() && state.due.begin()->first <= now) {
    const auto queue = state.due.begin()->second;
    state.due.erase(state.due.begin());
    state.deadlines.erase(queue);
    wake_one(self, queue);
  }
  arm(self);
}

timer_actor::behavior_type behave(self_pointer self, room_ptr shared) {
  self->state.shared = std::move(shared);
  return {
      [=](wake_queue& w) {
        self->state.queues[w.number] = std::move(w.queue);
        set_deadline(self, w.number, w.at);
      },
      [=](wake_arbiter& w) {
        self->state.arbiter = std::move(w.arbiter);
        set_deadline(self, arbiter_slot, w.at);
      },
      [=](const deadline_passed& d) { on_deadline(self, d); },
      [=](const load_wanted& part) { send_load(self, part); },
  };
}

} // namespace

timer_actor spawn_timer(caf::actor_system& system, room_ptr shared) {
  return system.spawn(behave, std::move(shared));
}

} // namespace rota::actors
