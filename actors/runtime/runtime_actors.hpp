// Spawns the actors of a runtime, sends them the journal's requests, and ends them.
#pragma once
#include "actors/executor/supervisor_actor.hpp"
#include "actors/runtime/recovery.hpp"
#include "actors/runtime/shared_state.hpp"
#include "persistence/journal/journal.hpp"

#include <caf/fwd.hpp>

#include <functional>
#include <latch>
#include <memory>

namespace rota::actors {

/// Spawns the arbiter with all its restored state.
using arbiter_maker =
    std::function<arbiter_actor(caf::actor_system&, const shared_state_ptr&, const recovered&)>;

/// The daemon's maker, with engine::arbiter as the core.
arbiter_actor make_fair_arbiter(caf::actor_system& system, const shared_state_ptr& shared,
                                const recovered& from);

/// Spawns timer, arbiter, directory and the recovered queues, reports to the journal what their
/// rows do not reflect, and starts it. Fairness, limits and leases continue unchanged. Spawns the
/// supervisor last, whose runners and pollers adopt the executors' attempts. Once the latch is at
/// zero, anything sent to the arbiter follows the reports of all queues.
std::shared_ptr<std::latch> spawn_actors(caf::actor_system& system, const shared_state_ptr& shared,
                                         recovered from, backend_maker make_backend,
                                         const arbiter_maker& make_arbiter = make_fair_arbiter);

/// Callbacks that pass the journal's requests on to the actors, and its progress to those that wait
/// for it. `shared` must outlive the journal, and is set when the journal starts.
persistence::journal_callbacks callbacks_for(const shared_state_ptr& shared);

/// Ends all actors in the middle of their work and clears their handles.
void kill_actors(shared_state& shared);

} // namespace rota::actors
