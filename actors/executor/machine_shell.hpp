// The common part of RUNNER and POLLER, each a shell around a machine of executors/. For
// runner_actor.cpp and poller_actor.cpp only; their states have `shared`, `backend`, `machine`,
// `settlements` and `alarm`.
#pragma once
#include "actors/executor/executor_board.hpp"
#include "actors/executor/interfaces.hpp"
#include "actors/runtime/traced_actor.hpp"

#include <caf/send.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace rota::actors {

/// The clock message for a machine's deadline. CAF 0.17 cannot cancel one, so stale ones are
/// ignored by number.
class deadline_timer {
public:
  template <class Handle, class State>
  void set(traced_actor<Handle, State>* self, engine::time_point at) {
    if (at >= set_for_) // fires early, and is set again then
      return;
    set_for_ = at;
    self->scheduled_send(Handle{self}, self->state.shared->clock.from(at),
                         deadline_passed{++number_});
  }
  /// Returns false for a stale message.
  [[nodiscard]] bool is_current(const deadline_passed& alarm) {
    if (alarm.number != number_)
      return false;
    set_for_ = engine::never;
    return true;
  }

private:
  std::uint64_t number_ = 0;
  engine::time_point set_for_ = engine::never;
};

/// The open settlements of attempts; matches answers to them.
class open_settlements {
public:
  /// Returns false if the queue has no actor, and so no attempts.
  template <class Self>
  bool send(Self self, engine::attempt_id attempt, settle_part part) {
    part.asker = settler_actor{self};
    part.request = ++last_;
    part.by_executor = true;
    const bool sent = self->state.shared->queues.send_to(
        attempt.queue, [&](const queue_actor& queue) { self->send(queue, std::move(part)); });
    if (sent)
      open_.emplace(last_, attempt);
    return sent;
  }
  /// Returns the attempt that an answer belongs to.
  [[nodiscard]] std::optional<engine::attempt_id> close(const settled_part& answer) {
    const auto found = open_.find(answer.request);
    if (found == open_.end())
      return std::nullopt;
    const auto attempt = found->second;
    open_.erase(found);
    return attempt;
  }

private:
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, engine::attempt_id> open_;
};

template <class Self>
engine::time_point now_of(Self self) {
  return self->state.shared->clock.at(self->clock().now());
}

/// Carries out the machine's effects, including those that they cause, and sets the alarm. Calls
/// `carry_out` with each effect, then `show` to publish the machine's figures.
template <class Self, class CarryOut, class Show>
void perform(Self self, CarryOut&& carry_out, Show&& show) {
  auto& state = self->state;
  for (auto effects = state.machine.take_effects(); !effects.empty();
       effects = state.machine.take_effects())
    for (auto& effect : effects)
      std::visit(carry_out, effect);
  state.shared->executors.change_health(state.executor, show);
  state.alarm.set(self, state.machine.next_wake());
}

/// Settles an attempt with its queue; the machine learns the position at which that is recorded.
template <class Self>
void settle(Self self, engine::attempt_id attempt, settle_part part) {
  if (!self->state.settlements.send(self, attempt, std::move(part)))
    self->state.machine.settled(attempt, {}); // no such attempt in the queue: already settled
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

  void operator()(executors::signal_call& call) const { make(std::move(call)); }
  void operator()(executors::fence_call& call) const { make(std::move(call)); }
  void operator()(executors::remove_call& call) const { make(std::move(call)); }
  void operator()(executors::durable_wait wait) const {
    state.shared->durable.wait(wait.position, durable_listener{self});
  }

private:
  void make(executors::plain_call call) const {
    make_call(state.backend, std::move(call), Handle{self});
  }
};

} // namespace rota::actors
