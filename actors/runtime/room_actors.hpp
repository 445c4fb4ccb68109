// The actors of a room: who is spawned with what, who hears the journal, how they end.
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

/// Spawns timer, arbiter, directory and the queues that recovery found, tells the journal what their
/// rows don't reflect, and starts it. Fairness, limits and leases go on where they were. Then comes
/// the foreman, whose crews go on with what executors had. The latch comes to zero when the arbiter hears of all that waits
/// before anything that it is told later.
std::shared_ptr<std::latch> spawn_actors(caf::actor_system& system, const room_ptr& shared,
                                         recovered from, backend_maker make_backend,
                                         const arbiter_maker& make_arbiter = make_fair_arbiter);

/// What the journal says to a queue (or the directory): its mailbox gets it. Any thread.
void tell_snapshot_wanted(const room& shared, std::uint32_t queue);
void tell_piece_written(const room& shared, std::uint32_t queue, std::uint64_t piece);

/// Ends them all, whatever they are doing; their handles are gone then.
void kill_actors(room& shared);

} // namespace rota::actors
