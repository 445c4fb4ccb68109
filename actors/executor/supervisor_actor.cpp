#include "actors/executor/supervisor_actor.hpp"

#include "actors/executor/poller_actor.hpp"
#include "actors/runtime/traced_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace rota::actors {
namespace {

using namespace engine;

struct supervisor_state {
  shared_state_ptr shared;
  backend_maker make;
  static constexpr const char* name = "supervisor";
};

using self_pointer = traced_pointer<supervisor_actor, supervisor_state>;

/// Everything needed to spawn runners and pollers, at the start of a runtime and later.
struct spawn_context {
  caf::actor_system& system;
  const shared_state_ptr& shared;
  const backend_maker& make;
  const supervisor_actor& supervisor;
};

/// Lets the runner ask for turns once its number of slots is known.
void find_slots(const spawn_context& context, const std::string& name,
                const executor_settings& settings) {
  const auto found = context.shared->executors.find(name);
  if (!found)
    return;
  if (settings.slots)
    return caf::anon_send(found->runner, slots_known{});
  found->backend.calls->make(
      [executor = found->backend.executor, name, supervisor = context.supervisor] {
        caf::anon_send(supervisor, capacity_answered{name, executor->capacity()});
      });
}

void add_executor(const spawn_context& context, const std::string& name,
                  const executor_settings& settings, adopted_attempts adopted) {
  auto backend = context.make(name, settings);
  if (!backend) {
    context.shared->executors.put_broken(name, backend.error());
    return;
  }
  const auto starting = std::make_shared<starting_attempts>();
  for (const auto& attempt : adopted.starting)
    starting->add(attempt.what.id);
  const machine_setup setup{name, *backend, starting};
  auto poller = spawn_poller(context.system, context.shared, {setup, std::move(adopted.running)});
  auto runner =
      spawn_runner(context.system, context.shared, {setup, poller, std::move(adopted.starting)});
  context.shared->executors.put(
      name, {settings, std::move(*backend), std::move(runner), std::move(poller)});
  find_slots(context, name, settings);
}

void remove_executor(shared_state& shared, const std::string& name) {
  if (const auto executor = shared.executors.find(name))
    caf::anon_send(executor->runner, executor_removed{});
  shared.executors.remove(name);
}

void on_executor_changed(self_pointer self, const executor_changed& e) {
  auto& state = self->state;
  const supervisor_actor me{self};
  const spawn_context context{self->system(), state.shared, state.make, me};
  if (!e.settings)
    return remove_executor(*state.shared, e.name);
  const auto before = state.shared->executors.find(e.name);
  if (before && same_backend(before->settings, *e.settings))
    return find_slots(context, e.name, *e.settings);
  remove_executor(*state.shared, e.name);
  add_executor(context, e.name, *e.settings, {});
}

/// A cluster without a usable node, or one that does not answer, has no slots for now: no turn is
/// requested until it has some.
constexpr milliseconds capacity_pause{5000};

void on_capacity(self_pointer self, const capacity_answered& c) {
  auto& shared = *self->state.shared;
  if (c.slots && *c.slots <= 0) {
    shared.executors.change_health(c.name, [](executor_health& h) {
      h.start_error = "the backend has no slots or does not answer";
    });
    const auto executor = shared.executors.find(c.name);
    if (executor && !executor->settings.slots)
      self->delayed_send(self, capacity_pause, executor_changed{c.name, executor->settings});
    return;
  }
  shared.executors.change_health(c.name, [](executor_health& h) { h.start_error.clear(); });
  if (const auto slots = c.slots ? quantity_from(*c.slots) : std::nullopt) {
    shared.board.change([&](all_settings& all) { all.backend_slots[c.name] = *slots; });
    self->send(shared.arbiter, setting_changed{setting_kind::executor, c.name, std::nullopt});
  }
  if (const auto executor = shared.executors.find(c.name))
    self->send(executor->runner, slots_known{});
}

supervisor_actor::behavior_type behave(self_pointer self, shared_state_ptr shared,
                                       backend_maker make) {
  self->state.shared = std::move(shared);
  self->state.make = std::move(make);
  return {
      [=](const executor_changed& e) { on_executor_changed(self, e); },
      [=](const capacity_answered& c) { on_capacity(self, c); },
  };
}

} // namespace

supervisor_actor spawn_supervisor(caf::actor_system& system, const shared_state_ptr& shared,
                                  backend_maker make,
                                  std::map<std::string, adopted_attempts> adopted) {
  auto supervisor = system.spawn(behave, shared, make);
  const auto all = shared->board.read([](const all_settings& s) { return s.executors; });
  for (const auto& [name, settings] : all)
    add_executor({system, shared, make, supervisor}, name, settings, std::move(adopted[name]));
  return supervisor;
}

} // namespace rota::actors
