#include "actors/executor/runner_actor.hpp"

#include "actors/executor/attempt_conversions.hpp"
#include "actors/executor/machine_shell.hpp"
#include "executors/start_machine.hpp"

#include <caf/actor_system.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace rota::actors {
namespace {

using namespace engine;
using executors::start_machine;

struct runner_effects;

struct runner_state : machine_shell_state {
  using effects = runner_effects;
  poller_actor poller;
  start_machine machine;
  std::map<attempt_id, lease> leases; ///< Of the starting attempts.
  static constexpr const char* name = "runner";
};

using self_pointer = traced_pointer<runner_actor, runner_state>;

/// Carries out the machine's effects.
struct runner_effects : common_effects<runner_actor, runner_state> {
  using common_effects::operator();

  void operator()(start_machine::turns_ask ask) const {
    turn_ask wanted;
    wanted.from = {taker_actor{self}, 0, 0};
    wanted.what.pool = state.executor;
    wanted.what.leases = ask.turns;
    wanted.what.max_jobs = 100'000; // the types' batches are the limit
    wanted.what.wait_until = never;
    wanted.worker = state.executor;
    wanted.starting = true;
    self->send(state.shared->arbiter, std::move(wanted));
  }
  void operator()(start_machine::withdraw_asks) const {
    self->send(state.shared->arbiter, withdraw_asks{taker_actor{self}});
  }
  void operator()(start_machine::start_call call) const {
    state.backend.starts->make(
        [executor = state.backend.executor, id = call.attempt,
         order = start_order_for(*state.shared, state.leases.at(call.attempt)),
         runner = runner_actor{self}] {
          caf::anon_send(runner, start_answered{id, std::make_shared<executors::start_result>(
                                                        executor->start(order))});
        });
  }

  void operator()(start_machine::settle_started& s) const {
    settle(
        self, s.attempt,
        settle_attempt(s.attempt.number, settle_part::started{std::move(s.how.handle), s.how.at}));
  }
  void operator()(start_machine::settle_refused& s) const {
    settle_part::complete what;
    what.how.succeeded = false;
    what.how.retryable = s.retryable;
    what.how.error = failure{std::move(s.why), "start"};
    settle(self, s.attempt, settle_attempt(s.attempt.number, std::move(what)));
    state.leases.erase(s.attempt);
  }
  void operator()(start_machine::settle_released s) const {
    settle(self, s.attempt, settle_attempt(s.attempt.number, settle_part::release{}));
    state.leases.erase(s.attempt);
  }

  void operator()(start_machine::hand_over h) const {
    const auto found = state.leases.find(h.attempt);
    self->send(state.poller, watch_order_for(*state.shared, found->second, h.started, h.cancelled));
    state.leases.erase(found);
  }
  // Sent through the runner, whose messages to the poller stay in order: the cancel arrives after
  // the attempt.
  void operator()(start_machine::forward_cancel cancel) const {
    self->send(state.poller, stop_attempt{cancel.attempt, {}});
  }
  void operator()(start_machine::attempt_removed removed) const {
    state.starting->remove(removed.attempt);
  }
  void operator()(executors::health_report& report) const {
    state.shared->executors.change_health(
        state.executor, [&](executor_health& h) { h.start_error = std::move(report.why); });
  }
};

void on_lease(self_pointer self, lease_part& part) {
  auto& state = self->state;
  if (!part.taken)
    return step(self, [](start_machine& m, time_point) { m.not_granted(); });
  const auto id = part.taken->id;
  const auto jobs = part.taken->jobs.size();
  state.starting->add(id);
  state.leases.emplace(id, std::move(*part.taken));
  step(self, [&](start_machine& m, time_point) { m.granted(id, jobs, part.position); });
}

void on_call_answered(self_pointer self, const call_answered& a) {
  step(self, [&](start_machine& m, time_point now) {
    if (const auto* fence = std::get_if<executors::fence_call>(&a.call))
      m.answered(*fence, a.error, now);
    else if (const auto* remove = std::get_if<executors::remove_call>(&a.call))
      m.answered(*remove, a.error);
  });
}

void adopt(self_pointer self, std::vector<adopted_start>& adopted) {
  step(self, [&](start_machine& m, time_point) {
    for (auto& attempt : adopted) {
      const auto id = attempt.what.id;
      m.adopt(id, attempt.what.jobs.size(), attempt.cancelled);
      self->state.leases.emplace(id, std::move(attempt.what));
    }
  });
}

runner_actor::behavior_type behave(self_pointer self, shared_state_ptr shared, runner_setup setup) {
  auto& state = self->state;
  static_cast<machine_setup&>(state) = setup;
  state.shared = std::move(shared);
  state.poller = setup.poller;
  adopt(self, setup.adopted);
  const auto on = [self](auto&& event) { step(self, event); };
  return {
      [=](slots_known) { on([](auto& m, auto) { m.slots_known(); }); },
      [=](executor_removed) { on([](auto& m, auto) { m.dismiss(); }); },
      [=](lease_part& part) { on_lease(self, part); },
      [=](const ask_done& done) { on([&](auto& m, auto now) { m.ask_closed(done.grants, now); }); },
      [=](const settled_part& answer) { on_settled(self, answer); },
      [=](const durable_reached& d) { on([&](auto& m, auto) { m.durable(d.position); }); },
      [=](const stop_attempt& s) { on([&](auto& m, auto) { m.cancel(s.attempt, s.position); }); },
      [=](const start_answered& a) {
        on([&](auto& m, auto now) { m.start_answered(a.attempt, std::move(*a.answer), now); });
      },
      [=](const call_answered& a) { on_call_answered(self, a); },
      [=](const deadline_passed& d) { on_deadline(self, d); },
      [=](const load_wanted& part) { send_load(self, part); },
  };
}

} // namespace

runner_actor spawn_runner(caf::actor_system& system, shared_state_ptr shared, runner_setup setup) {
  return system.spawn(behave, std::move(shared), std::move(setup));
}

} // namespace rota::actors
