// An attempt of a queue as its taker gets it.
#pragma once
#include "engine/queue/queue.hpp"
#include "wire/commands.hpp"

namespace rota::actors {

/// The attempt's jobs, with their payloads; the queue must hold it.
lease make_lease(const engine::queue& core, engine::serial attempt);

} // namespace rota::actors
