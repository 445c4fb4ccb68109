// Makes the lease of an attempt for its taker.
#pragma once
#include "actors/commands.hpp"
#include "engine/queue/queue.hpp"

namespace rota::actors {

/// Returns the attempt's jobs with their payloads. The queue must hold the attempt.
lease make_lease(const engine::queue& core, engine::serial attempt);

} // namespace rota::actors
