// An attempt of a queue as its taker gets it.
#pragma once
#include "actors/commands.hpp"
#include "engine/queue/queue.hpp"

namespace rota::actors {

/// The attempt's jobs, with their payloads; the queue must hold it.
lease make_lease(const engine::queue& core, engine::serial attempt);

} // namespace rota::actors
