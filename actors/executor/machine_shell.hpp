// The common part of RUNNER and POLLER, each a shell around a machine of executors/. For
// runner_actor.cpp and poller_actor.cpp only; their states have a `machine`, and `effects`, which
// carries out its effects.
#pragma once
#include "actors/executor/executor_board.hpp"
#include "actors/executor/interfaces.hpp"
#include "actors/runtime/deadline_timer.hpp"
#include "actors/runtime/traced_actor.hpp"

#include <caf/send.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace rota::actors {

struct machine_shell_state : machine_setup {
  shared_state_ptr shared;
  std::uint64_t last_settlement = 0;
  std::map<std::uint64_t, engine::attempt_id> settlements; ///< Those without an answer.
  deadline_timer timer;
  [[nodiscard]] const std::string& subject() const { return executor; }
};

/// Passes an event to the machine, carries out its effects, including those that they cause,
/// publishes its figures and sets the timer.
template <class Self, class Event>
void step(Self self, Event&& event) {
  auto& state = self->state;
  using effects = typename std::remove_reference_t<decltype(state)>::effects;
  using figures = std::decay_t<decltype(state.machine.figures())>;
  event(state.machine, now_of(self));
  for (auto all = state.machine.take_effects(); !all.empty(); all = state.machine.take_effects())
    for (auto& effect : all)
      std::visit(effects{{self}}, effect);
  state.shared->executors.change_health(state.executor, [&](executor_health& health) {
    static_cast<figures&>(health) = state.machine.figures();
  });
  state.timer.set(self, state.machine.next_wake());
}

template <class Self>
void on_deadline(Self self, const deadline_passed& message) {
  if (self->state.timer.is_current(message))
    step(self, [](auto& machine, engine::time_point now) { machine.tick(now); });
}

template <class Self>
void on_settled(Self self, const settled_part& answer) {
  const auto found = self->state.settlements.find(answer.request);
  if (found == self->state.settlements.end())
    return;
  const auto attempt = found->second;
  self->state.settlements.erase(found);
  step(self, [&](auto& machine, engine::time_point) { machine.settled(attempt, answer.position); });
}

/// Settles an attempt with its queue; the machine learns the position at which that is recorded.
template <class Self>
void settle(Self self, engine::attempt_id attempt, settle_part part) {
  auto& state = self->state;
  part.asker = settler_actor{self};
  part.request = ++state.last_settlement;
  part.by_executor = true;
  if (state.shared->queues.send_to(
          attempt.queue, [&](const queue_actor& queue) { self->send(queue, std::move(part)); }))
    state.settlements.emplace(state.last_settlement, attempt);
  else
    state.machine.settled(attempt, {}); // no such attempt in the queue: already settled
}

/// Makes the call on one of the backend's threads; `to` gets call_answered.
template <class Handle>
void make_call(const executor_backend& backend, executors::plain_call call, Handle to) {
  struct caller {
    executors::executor& backend;
    auto operator()(const executors::signal_call& c) { return backend.signal(c.name, c.what); }
    auto operator()(const executors::fence_call& c) { return backend.fence(c.name); }
    auto operator()(const executors::remove_call& c) { return backend.remove(c.name); }
  };
  backend.calls->make(
      [executor = backend.executor, call = std::move(call), to = std::move(to)]() mutable {
        const auto done = std::visit(caller{*executor}, call);
        caf::anon_send(to, call_answered{std::move(call), done ? "" : done.error().message});
      });
}

/// Carries out the effects that both machines share.
template <class Handle, class State>
struct common_effects {
  traced_actor<Handle, State>* self;
  State& state = self->state;

  template <class Call>
  requires std::is_constructible_v<executors::plain_call, Call>
  void operator()(Call& call) const { make_call(state.backend, std::move(call), Handle{self}); }
  void operator()(executors::durable_wait wait) const {
    state.shared->durable.notify_at(wait.position, durable_listener{self});
  }
};

} // namespace rota::actors
