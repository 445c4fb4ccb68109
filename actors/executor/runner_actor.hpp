// RUNNER: starts attempts on one executor.
//
//   RUNNER --turn_ask--> ARBITER --grant_orders--> QUEUE --lease_part--> RUNNER     the intent
//   journal --durable_reached--> RUNNER --start()--> backend                        once it is durable
//   backend --start_answered--> RUNNER --settle_part: started--> QUEUE              the handle
//   RUNNER --start_expected, watch_attempt, start_given_up--> POLLER
//   QUEUE --stop_attempt--> RUNNER --the same--> POLLER                             cancelled
//
// A start that fails in passing is tried again under the same name, and says nothing about the job.
// One that can never work is the job's failure. A job that is cancelled meanwhile is fenced first, as
// a start may still be on its way.
#pragma once
#include "actors/executor/executor_board.hpp"
#include "actors/interfaces.hpp"
#include "actors/runtime/room.hpp"

#include <string>
#include <vector>

namespace rota::actors {

struct runner_setup {
  std::string executor;
  executor_backend backend;
  poller_actor poller;
  /// Attempts that were `starting` when the daemon ended. Each is started again under its name,
  /// which finds what runs already, before anything new is asked for.
  std::vector<lease> adopted;
};

/// Asks for turns after its first ask_again.
runner_actor spawn_runner(caf::actor_system& system, room_ptr room, runner_setup setup);

} // namespace rota::actors
