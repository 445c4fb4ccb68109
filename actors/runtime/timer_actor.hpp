// TIMER: the deadlines of all queues and of the arbiter.
//
//   QUEUE --wake_queue--> TIMER --wake--> QUEUE
//   ARBITER --wake_arbiter--> TIMER --wake--> ARBITER
//
// CAF 0.17 cannot cancel a timer and keeps 256 bytes for each until it fires. So TIMER keeps the
// deadlines in its own map and has one clock message in flight, for the earliest.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/runtime/shared_state.hpp"

namespace rota::actors {

timer_actor spawn_timer(caf::actor_system& system, shared_state_ptr shared);

} // namespace rota::actors
