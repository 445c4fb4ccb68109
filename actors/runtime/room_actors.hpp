// The actors of a room: how they are spawned, how they get the journal's requests, how they end.
#pragma once
#include "actors/executor/foreman_actor.hpp"
#include "actors/runtime/recovery.hpp"
#include "actors/runtime/room.hpp"
#include "persistence/journal/journal.hpp"

#include <caf/fwd.hpp>

#include <functional>
#include <latch>
#include <memory>

namespace rota::actors {

/// Spawns the arbiter, with all that it has to know again.
using arbiter_maker =
    std::function<arbiter_actor(caf::actor_system&, const room_ptr&, const recovered&)>;

/// The daemon's: around engine::arbiter.
arbiter_actor make_fair_arbiter(caf::actor_system& system, const room_ptr& shared,
                                const recovered& from);

/// Spawns timer, arbiter, directory and the queues that recovery found, reports to the journal what
/// their rows don't reflect, and starts it. Fairness, limits and leases go on where they were. Last
/// it spawns the foreman, whose runners and pollers go on with what executors had. Once the latch
/// is at zero, whatever is sent to the arbiter is behind the reports of all queues.
std::shared_ptr<std::latch> spawn_actors(caf::actor_system& system, const room_ptr& shared,
                                         recovered from, backend_maker make_backend,
                                         const arbiter_maker& make_arbiter = make_fair_arbiter);

/// Sends a queue, or the directory by its own number, what the journal wants. Any thread.
void send_snapshot_wanted(const room& shared, std::uint32_t queue);
/// Sends a queue that a piece of its snapshot is in the store; the directory needn't know. Any
/// thread.
void send_piece_written(const room& shared, std::uint32_t queue);

/// Ends them all, whatever they are doing; their handles are gone then.
void kill_actors(room& shared);

} // namespace rota::actors
