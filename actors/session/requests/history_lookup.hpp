// History queries: answered by the reader thread of history, never by a queue. If history cannot be
// read, the answer is a reply that refuses the whole request.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/runtime/shared_state.hpp"

#include <functional>

namespace rota::actors {

/// Answers `part` with the record of one ended job as history_records, which is empty if history
/// has none.
void look_up_history(shared_state& shared, const part_of& part, engine::job_id job);

/// Returns whether a list contains the jobs of a state.
using state_filter = std::function<bool(engine::job_state)>;

/// Answers `part` with the selected ended jobs of a queue with serials above `after`, oldest first, at most
/// `limit`, as history_records. Reads a bounded range of history; with `more`, the list continues
/// after `scanned_to`.
void list_history(shared_state& shared, part_of part, engine::queue_number queue,
                  state_filter selects, engine::serial after, std::size_t limit);

/// Returns the view of a job from history.
job_view view_of_ended(const shared_state& shared, engine::queue_number queue,
                       engine::job_record record);

} // namespace rota::actors
