// SESSION: one client connection's outstanding requests.
//
//   connection --client_command--> SESSION --parts--> QUEUE, ARBITER, DIRECTORY, history
//   QUEUE, ARBITER, DIRECTORY, history --answers to parts--> SESSION --answer + position--> sink
//   connection --input_ended, connection_closed--> SESSION: its asks are withdrawn, and leases that
//   still come are given back
//
// Each request is a small object of its own (requests/): it sends its parts, gathers the answers and
// hands one reply to the sink.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/runtime/room.hpp"

#include <memory>

namespace rota::actors {

/// It is in the room's list of sessions until its end.
session_actor spawn_session(caf::actor_system& system, room_ptr room,
                            std::shared_ptr<answer_sink> sink);

} // namespace rota::actors
