// POLLER: finds out how attempts on one executor end.
//
//   RUNNER --start_expected, watch_attempt, start_given_up, stop_attempt--> POLLER
//   POLLER --list()--> backend --list_answered--> POLLER       one call a round over all attempts
//   POLLER --result()--> backend --result_answered--> POLLER --settle_part: complete--> QUEUE
//   QUEUE --settled_part--> POLLER; journal --durable_reached--> POLLER --remove()--> backend
//   backend --backend_hinted--> POLLER                         look now; rounds are the truth
//
// A round comes sooner after changes and ever later when nothing changes; with nothing to watch there
// is none. One attempt's trouble is its own. What the backend no longer knows is fenced, killed by its
// name, and then counts as lost. Attempts of ours that Rota doesn't know are orphans: counted, and
// fenced and removed after a while.
#pragma once
#include "actors/executor/executor_board.hpp"
#include "actors/interfaces.hpp"
#include "actors/runtime/room.hpp"

#include <string>
#include <vector>

namespace rota::actors {

/// What a poller must know of an attempt that runs.
watch_attempt watch_of(const room& shared, const lease& attempt, engine::time_point started,
                       bool stop);

struct poller_setup {
  std::string executor;
  executor_backend backend;
  std::vector<watch_attempt> adopted; ///< Attempts that were `running` when the daemon ended.
};

poller_actor spawn_poller(caf::actor_system& system, room_ptr room, poller_setup setup);

} // namespace rota::actors
