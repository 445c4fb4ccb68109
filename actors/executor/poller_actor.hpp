// POLLER: finds out how attempts on one executor end, with executors/watch_machine.hpp.
//
//   RUNNER --watch_order, stop_attempt--> POLLER
//   POLLER --list()--> backend --list_answered--> POLLER       one call per round, all attempts
//   POLLER --result()--> backend --result_answered--> POLLER --settle_part: complete--> QUEUE
//   QUEUE --settled_part--> POLLER; journal --durable_reached--> POLLER --remove()--> backend
//   backend --backend_hinted--> POLLER                         a hint: check now; rounds decide
#pragma once
#include "actors/executor/executor_board.hpp"
#include "actors/executor/interfaces.hpp"
#include "actors/runtime/shared_state.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rota::actors {

struct poller_setup : machine_setup {
  /// Attempts that were `running` when the daemon ended.
  std::vector<executors::watch_order> adopted;
};

poller_actor spawn_poller(caf::actor_system& system, shared_state_ptr shared, poller_setup setup);

} // namespace rota::actors
