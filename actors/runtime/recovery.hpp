// Recovery: makes engine objects from the store.
#pragma once
#include "actors/directory/settings_board.hpp"
#include "actors/queue/queue_map.hpp"
#include "actors/queue/queue_snapshot.hpp"
#include "engine/arbiter/arbiter.hpp"
#include "engine/queue/queue.hpp"
#include "engine/serial_source.hpp"
#include "persistence/store/store.hpp"

#include <map>
#include <memory>
#include <vector>

namespace rota::actors {

/// A restored queue with its fairness marks.
struct recovered_queue {
  std::shared_ptr<engine::queue> core;
  queue_marks marks;
  /// The first and last event that its rows do not reflect.
  std::optional<std::pair<engine::position, engine::position>> uncovered;
  /// Its last event, in its rows or not; never before the position that its rows reflect.
  engine::position last;
};

struct recovered {
  all_settings settings;
  std::map<engine::queue_number, queue_map::name> names;  ///< All that ever existed.
  std::map<engine::queue_number, recovered_queue> queues; ///< With jobs, keys or later events.
  /// Fairness marks and rates of all other queues.
  std::map<engine::queue_number, queue_marks> idle_marks;
  /// Directory rows for what was only in the journal.
  std::vector<persistence::row_change> directory_rows;
  std::uint32_t start = 0;        ///< Number of earlier starts of the daemon.
  engine::time_point last_seen{}; ///< The latest time in any event.
};

/// Reads rows and journal: first the settings, then each queue's rows, then the events after them.
/// Errors: corrupt, io.
persistence::store_result<recovered> recover(const persistence::store& store);

/// Makes the run's first commit, after which its serials are never used again. Its success proves
/// that the storage works.
persistence::store_status record_start(persistence::store& store, std::uint32_t start,
                                       engine::time_point now);

} // namespace rota::actors
