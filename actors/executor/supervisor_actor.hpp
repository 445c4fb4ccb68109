// SUPERVISOR: spawns a runner and a poller for each executor.
//
//   DIRECTORY --executor_changed--> SUPERVISOR --spawn--> RUNNER, POLLER
//   backend --capacity_answered--> SUPERVISOR --setting_changed--> ARBITER; --slots_known--> RUNNER
//
// A runner asks for turns once its pool has slots: those of the settings, or those that the backend
// reports.
#pragma once
#include "actors/executor/executor_board.hpp"
#include "actors/executor/interfaces.hpp"
#include "actors/executor/runner_actor.hpp"
#include "actors/runtime/shared_state.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace rota::actors {

/// Attempts of one executor that existed when the daemon ended.
struct adopted_attempts {
  std::vector<adopted_start> starting;
  std::vector<executors::watch_order> running;
};

/// Makes the backend of an executor, or returns why it cannot.
using backend_maker = std::function<boost::system::result<executor_backend, std::string>(
    const std::string& name, const engine::executor_settings& settings)>;

/// Executors that have settings have their runner and poller when this returns.
supervisor_actor spawn_supervisor(caf::actor_system& system, const shared_state_ptr& shared,
                                  backend_maker make,
                                  std::map<std::string, adopted_attempts> adopted);

} // namespace rota::actors
