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
  using due_times = std::multimap<time_point, queue_number>;
  struct deadline {
    due_times::iterator at;
    queue_actor queue; ///< Null: the arbiter's.
  };
  shared_state_ptr shared;
  due_times due;
  std::unordered_map<queue_number, deadline> deadlines;
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

void set_deadline(self_pointer self, queue_number number, time_point at, queue_actor queue) {
  auto& state = self->state;
  const auto [found, fresh] = state.deadlines.try_emplace(number);
  if (!fresh)
    state.due.erase(found->second.at);
  found->second = {state.due.emplace(at, number), std::move(queue)};
  arm(self);
}

void on_deadline(self_pointer self, const deadline_passed& message) {
  auto& state = self->state;
  if (!state.timer.is_current(message))
    return; // replaced by one for an earlier deadline
  const auto now = now_of(self);
  while (!state.due.empty() && state.due.begin()->first <= now) {
    const auto passed = state.deadlines.extract(state.due.begin()->second);
    state.due.erase(state.due.begin());
    if (passed.key() == arbiter_slot)
      self->send(state.arbiter, wake{});
    else
      self->send(passed.mapped().queue, wake{});
  }
  arm(self);
}

timer_actor::behavior_type behave(self_pointer self, shared_state_ptr shared) {
  self->state.shared = std::move(shared);
  return {
      [=](wake_queue& w) { set_deadline(self, w.number, w.at, std::move(w.queue)); },
      [=](wake_arbiter& w) {
        self->state.arbiter = std::move(w.arbiter);
        set_deadline(self, arbiter_slot, w.at, {});
      },
      [=](const deadline_passed& d) { on_deadline(self, d); },
      [=](const load_wanted& part) { send_load(self, part); },
  };
}

} // namespace

timer_actor spawn_timer(caf::actor_system& system, shared_state_ptr shared) {
  return system.spawn(behave, std::move(shared));
}

} // namespace rota::actors
