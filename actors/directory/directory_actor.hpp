// DIRECTORY: owns the settings and maps queues to their actors.
//
//   SESSION --open_queues--> DIRECTORY --spawns--> QUEUE
//           DIRECTORY --answer: queues_opened--> SESSION
//   SESSION --put_setting, delete_setting, pause_queues, drain_all--> DIRECTORY
//           DIRECTORY --setting_changed, queue_pause_changed, drain_changed--> ARBITER
//           DIRECTORY --configure_queue--> QUEUE (of the type)
//           DIRECTORY --answer: reply--> SESSION
//   QUEUE --retirement_wanted--> DIRECTORY --queue_removed--> ARBITER --retire_now--> QUEUE
//   QUEUE --retirement_answer--> DIRECTORY (which then continues the requests parked for it)
//
// A change is appended to the journal, published on the settings board, sent to the actors that use
// it, and answered with its position, in this order.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/runtime/shared_state.hpp"

namespace rota::actors {

directory_actor spawn_directory(caf::actor_system& system, shared_state_ptr shared);

} // namespace rota::actors
