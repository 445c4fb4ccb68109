// RUNNER: starts attempts on one executor, with executors/start_machine.hpp.
//
//   RUNNER --turn_ask--> ARBITER --grant_orders--> QUEUE --lease_part--> RUNNER  the intent
//   journal --durable_reached--> RUNNER --start()--> backend                     once it is durable
//   backend --start_answered--> RUNNER --settle_part: started--> QUEUE           the handle
//                               RUNNER --watch_order--> POLLER
//   QUEUE --stop_attempt--> RUNNER --the same--> POLLER                          cancelled
#pragma once
#include "actors/executor/executor_board.hpp"
#include "actors/executor/interfaces.hpp"
#include "actors/runtime/shared_state.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rota::actors {

/// An attempt that was `starting` when the daemon ended.
struct adopted_start {
  lease what;
  bool cancelled = false;
};

struct runner_setup : machine_setup {
  poller_actor poller;
  /// Each is in `starting`. It is started again under its name, which finds a process that already
  /// runs, before any new turn is requested.
  std::vector<adopted_start> adopted;
};

/// Asks for turns after its first slots_known.
runner_actor spawn_runner(caf::actor_system& system, shared_state_ptr shared, runner_setup setup);

} // namespace rota::actors
