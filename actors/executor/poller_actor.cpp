#include "actors/executor/poller_actor.hpp"

#include "actors/executor/attempt_conversions.hpp"
#include "actors/executor/machine_shell.hpp"
#include "executors/watch_machine.hpp"

#include <caf/actor_system.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace rota::actors {
namespace {

using namespace engine;
using executors::watch_machine;

struct poller_effects;

struct poller_state : machine_shell_state {
  using effects = poller_effects;
  watch_machine machine{{}};
  static constexpr const char* name = "poller";
};

using self_pointer = traced_pointer<poller_actor, poller_state>;

/// Carries out the machine's effects.
struct poller_effects : common_effects<poller_actor, poller_state> {
  using common_effects::operator();

  void operator()(watch_machine::list_call call) const {
    state.backend.calls->make(
        [executor = state.backend.executor, round = call.round, poller = poller_actor{self}] {
          using answer = executors::backend_result<std::vector<executors::listed_attempt>>;
          caf::anon_send(poller, list_answered{round, std::make_shared<answer>(executor->list())});
        });
  }
  void operator()(watch_machine::result_call call) const {
    state.backend.calls->make([executor = state.backend.executor, id = call.attempt,
                               poller = poller_actor{self}] {
      using answer = executors::backend_result<executors::attempt_result>;
      caf::anon_send(poller,
                     result_answered{id, std::make_shared<answer>(executor->result(to_text(id)))});
    });
  }

  void operator()(watch_machine::settle_ended& s) const {
    settle(self, s.attempt, settlement_of(s.attempt, s.jobs, s.how));
  }
  void operator()(watch_machine::settle_lost s) const {
    settle(self, s.attempt, settle_attempt(s.attempt.number, settle_part::lost{}));
  }
  void operator()(executors::health_report& report) const {
    state.shared->executors.change_health(
        state.executor, [&](executor_health& h) { h.poll_error = std::move(report.why); });
  }
};

void on_watch(self_pointer self, executors::watch_order& order) {
  self->state.starting->remove(order.attempt);
  step(self, [&](watch_machine& m, time_point now) { m.watch(std::move(order), now); });
}

void on_list(self_pointer self, const list_answered& a) {
  step(self, [&](watch_machine& m, time_point now) {
    m.listed(a.round, *a.answer, self->state.starting->all(), now);
  });
}

void on_hint(self_pointer self, const backend_hinted& hint) {
  step(self,
       [&](watch_machine& m, time_point) { m.hinted(hint.name, self->state.starting->all()); });
}

void on_call_answered(self_pointer self, const call_answered& a) {
  step(self, [&](watch_machine& m, time_point now) {
    std::visit([&](const auto& call) { m.answered(call, a.error, now); }, a.call);
  });
}

/// The first round also finds what an earlier run left behind.
void begin(self_pointer self, std::vector<executors::watch_order>& adopted) {
  auto& state = self->state;
  const auto& limits = state.shared->limits;
  state.machine =
      watch_machine{{limits.round_interval_min, limits.round_interval_max, limits.orphan_after}};
  state.backend.executor->on_hint([poller = poller_actor{self}](const std::string& name) {
    caf::anon_send(poller, backend_hinted{name});
  });
  step(self, [&](watch_machine& m, time_point now) {
    for (auto& order : adopted)
      m.watch(std::move(order), now);
    m.start_round();
  });
}

poller_actor::behavior_type behave(self_pointer self, shared_state_ptr shared, poller_setup setup) {
  auto& state = self->state;
  static_cast<machine_setup&>(state) = setup;
  state.shared = std::move(shared);
  begin(self, setup.adopted);
  const auto on = [self](auto&& event) { step(self, event); };
  return {
      [=](executors::watch_order& order) { on_watch(self, order); },
      [=](const stop_attempt& s) { on([&](auto& m, auto now) { m.cancel(s.attempt, now); }); },
      [=](const backend_hinted& h) { on_hint(self, h); },
      [=](const list_answered& a) { on_list(self, a); },
      [=](const result_answered& a) {
        on([&](auto& m, auto now) { m.result_answered(a.attempt, std::move(*a.answer), now); });
      },
      [=](const call_answered& a) { on_call_answered(self, a); },
      [=](const settled_part& answer) { on_settled(self, answer); },
      [=](const durable_reached& d) { on([&](auto& m, auto) { m.durable(d.position); }); },
      [=](const deadline_passed& d) { on_deadline(self, d); },
      [=](const load_wanted& part) { send_load(self, part); },
  };
}

} // namespace

poller_actor spawn_poller(caf::actor_system& system, shared_state_ptr shared, poller_setup setup) {
  return system.spawn(behave, std::move(shared), std::move(setup));
}

} // namespace rota::actors
