// Questions to history: answered by its reader thread, never by a queue.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/runtime/room.hpp"

namespace rota::actors {

/// The record of one ended job, as a history_part to `who`; no record if history has none.
void look_up_history(room& shared, const part_of& who, engine::job_id job);

/// Which ended jobs a list is about.
enum class ended_jobs : std::uint8_t { all, succeeded, failed, cancelled, dead };
ended_jobs ended_jobs_of(std::optional<engine::job_state> state);

/// Ended jobs of a queue with a number above `after`, oldest first, at most `limit`, as one
/// history_part. It looks at a bounded stretch of history; `more` tells where to go on.
void list_history(room& shared, part_of who, engine::queue_number queue, ended_jobs which,
                  engine::serial after, std::size_t limit);

} // namespace rota::actors
