// Converts the end of an executed attempt to a settlement of its jobs.
#pragma once
#include "actors/interfaces.hpp"
#include "executors/executor.hpp"

#include <vector>

namespace rota::actors {

/// Returns a part with an item for each job of the attempt; in a batch, each by its own verdict.
settle_part part_of_ending(engine::attempt_id attempt, const std::vector<engine::job_id>& jobs,
                           const executors::ending& how);

} // namespace rota::actors
