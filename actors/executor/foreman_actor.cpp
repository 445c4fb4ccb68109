#include "actors/executor/foreman_actor.hpp"

#include "actors/executor/poller_actor.hpp"
#include "actors/runtime/watched_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace rota::actors {
namespace {

using namespace engine;

struct foreman_state {
  room_ptr shared;
  backend_maker make;
  static constexpr const char* name = "foreman";
};

using self_pointer = watched_pointer<foreman_actor, foreman_state>;

/// Arguments of spawning runners and pollers, at the start of a runtime and later.
struct office {
  caf::actor_system& system;
  const room_ptr& shared;
  const backend_maker& make;
  const foreman_actor& foreman;
};

/// Lets the runner ask for turns once its number of slots is known.
void find_capacity(const office& here, const std::string& name, const executor_settings& settings) {
  auto& executors = here.shared->executors;
  if (settings.slots) {
    if (const auto crew = executors.crew_of(name))
      caf::anon_send(crew->runner, slots_known{});
    return;
  }
  if (const auto backend = executors.backend(name))
    backend->calls->make([executor = backend->executor, name, foreman = here.foreman] {
      caf::anon_send(foreman, capacity_answered{name, executor->capacity()});
    });
}

void hire(const office& here, const std::string& name, const executor_settings& settings,
          adopted_attempts adopted) {
  auto backend = here.make(name, settings);
  if (!backend) {
    here.shared->executors.put_broken(name, backend.error());
    return;
  }
  const auto starting = std::make_shared<starting_attempts>();
  for (const auto& attempt : adopted.starting)
    starting->add(attempt.what.id);
  auto poller = spawn_poller(here.system, here.shared,
                             {name, *backend, starting, std::move(adopted.running)});
  auto runner = spawn_runner(here.system, here.shared,
                             {name, *backend, poller, starting, std::move(adopted.starting)});
  here.shared->executors.put(name, settings, std::move(*backend), std::move(runner),
                             std::move(poller));
  find_capacity(here, name, settings);
}

void dismiss(room& shared, const std::string& name) {
  if (const auto crew = shared.executors.crew_of(name))
    caf::anon_send(crew->runner, runner_dismissed{});
  shared.executors.remove(name);
}

void on_executor(self_pointer self, const executor_stands& e) {
  auto& state = self->state;
  const foreman_actor me{self};
  const office here{self->system(), state.shared, state.make, me};
  if (!e.settings)
    return dismiss(*state.shared, e.name);
  const auto before = state.shared->executors.made_of(e.name);
  if (before && same_backend(*before, *e.settings))
    return find_capacity(here, e.name, *e.settings);
  dismiss(*state.shared, e.name);
  hire(here, e.name, *e.settings, {});
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
    const auto is = shared.executors.made_of(c.name);
    if (is && !is->slots)
      self->delayed_send(self, capacity_pause, executor_stands{c.name, is});
    return;
  }
  shared.executors.change_health(c.name, [](executor_health& h) { h.start_error.clear(); });
  if (const auto slots = c.slots ? quantity_from(*c.slots) : std::nullopt) {
    shared.board.change([&](all_settings& all) { all.backend_slots[c.name] = *slots; });
    self->send(shared.arbiter, setting_changed{setting_kind::executor, c.name, std::nullopt});
  }
  if (const auto crew = shared.executors.crew_of(c.name))
    self->send(crew->runner, slots_known{});
}

foreman_actor::behavior_type behave(self_pointer self, room_ptr shared, backend_maker& make) {
  self->state.shared = std::move(shared);
  self->state.make = std::move(make);
  return {
      [=](const executor_stands& e) { on_executor(self, e); },
      [=](const capacity_answered& c) { on_capacity(self, c); },
  };
}

} // namespace

foreman_actor spawn_foreman(caf::actor_system& system, const room_ptr& room, backend_maker make,
                            std::map<std::string, adopted_attempts> adopted) {
  auto foreman = system.spawn([shared = room, make](self_pointer self) mutable {
    return behave(self, std::move(shared), make);
  });
  const auto all = room->board.read([](const all_settings& s) { return s.executors; });
  for (const auto& [name, settings] : all)
    hire({system, room, make, foreman}, name, settings, std::move(adopted[name]));
  return foreman;
}

} // namespace rota::actors
