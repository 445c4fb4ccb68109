// What the end of an executed attempt means for its jobs, as their queue hears it.
#pragma once
#include "actors/interfaces.hpp"
#include "executors/executor.hpp"

#include <vector>

namespace rota::actors {

/// A part with an item for each job of the attempt: by its own verdict in a batch.
settle_part part_of_ending(engine::attempt_id attempt, const std::vector<engine::job_id>& jobs,
                           const executors::ending& how);

} // namespace rota::actors
