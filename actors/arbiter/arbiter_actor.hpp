// ARBITER: chooses whose turn it is. One actor for all pools, so that limits on tenants and keys
// hold across them.
//
//   SESSION --turn_ask--> ARBITER --grant_orders--> QUEUE --lease_part--> SESSION
//                           ARBITER --ask_done--> SESSION
//   QUEUE --queue_added, queue_changed--> ARBITER
//   DIRECTORY --setting_changed, queue_pause_changed, drain_changed, queue_removed--> ARBITER
//   SESSION --delete_setting (of a key)--> ARBITER --the same, unless it is in use--> DIRECTORY
//   TIMER --wake--> ARBITER --wake_arbiter--> TIMER
#pragma once
#include "actors/interfaces.hpp"
#include "actors/runtime/shared_state.hpp"
#include "engine/arbiter/arbiter.hpp"

#include <memory>

namespace rota::actors {

/// `core` already has all settings and, after a restart, everything in flight.
arbiter_actor spawn_arbiter(caf::actor_system& system, room_ptr shared,
                            std::shared_ptr<engine::arbiter> core);

} // namespace rota::actors
