// SESSION: the open requests of one client connection.
//
//   connection --client_command--> SESSION --parts--> QUEUE, ARBITER, DIRECTORY, history
//   QUEUE, ARBITER, DIRECTORY, history --answer--> SESSION --reply + position--> sink
//   QUEUE --lease_part, settled_part--> SESSION;  ARBITER --ask_done--> SESSION
//   connection --input_ended, connection_closed--> SESSION: withdraws its asks, and releases leases
//   that still arrive
//
// Each request is a small object (requests/): it sends its parts, collects the answers and sends
// one reply to the sink.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/runtime/shared_state.hpp"

#include <memory>

namespace rota::actors {

/// The session is in the runtime's list of sessions until its end.
session_actor spawn_session(caf::actor_system& system, const shared_state_ptr& shared,
                            std::shared_ptr<answer_sink> sink);

} // namespace rota::actors
