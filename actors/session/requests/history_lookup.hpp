// Questions to history: answered by its reader thread, never by a queue. When history can't be
// read, the answer is a reply: the whole request is refused.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/runtime/room.hpp"

namespace rota::actors {

/// Answers `part` with the record of one ended job as history_records; without any if history has
/// none.
void look_up_history(room& shared, const part_of& part, engine::job_id job);

/// Which ended jobs a list is about.
enum class ended_jobs : std::uint8_t { all, succeeded, failed, cancelled, dead };
ended_jobs ended_jobs_of(std::optional<engine::job_state> state);

/// Answers `part` with ended jobs of a queue with a number above `after`, oldest first, at most
/// `limit`, as history_records. It reads a bounded stretch of history; with `more` the list goes on
/// after `scanned_to`.
void list_history(room& shared, part_of part, engine::queue_number queue, ended_jobs which,
                  engine::serial after, std::size_t limit);

/// What clients see of a job that history has.
job_view view_of_ended(const room& shared, engine::queue_number queue, engine::job_record record);

} // namespace rota::actors
