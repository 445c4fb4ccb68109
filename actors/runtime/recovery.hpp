// Recovery: what the store has, as engine objects.
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

/// A queue as it was, with what it had heard of fairness.
struct recovered_queue {
  std::shared_ptr<engine::queue> core;
  queue_marks marks;
  /// The first and last event that its rows don't reflect.
  std::optional<std::pair<engine::position, engine::position>> uncovered;
  /// Its last event, in its rows or not; never behind what its rows reflect.
  engine::position last;
};

struct recovered {
  all_settings settings;
  std::map<engine::queue_number, queue_map::name> names;  ///< All that ever were.
  std::map<engine::queue_number, recovered_queue> queues; ///< Those with jobs or keys.
  /// What queues without jobs had heard of fairness and rates.
  std::map<engine::queue_number, queue_marks> idle_marks;
  /// The directory's rows for what only the journal had.
  std::vector<persistence::row_change> directory_rows;
  std::uint32_t start = 0;        ///< How often the daemon was started before.
  engine::time_point last_seen{}; ///< The latest time in any event.
};

/// Reads rows and journal: settings first, then each queue's rows, then the events behind them.
/// Errors: corrupt, io.
persistence::store_result<recovered> recover(const persistence::store& store);

/// The run's first commit: serials of this run are never used again, and the storage works.
persistence::store_status note_start(persistence::store& store, std::uint32_t start,
                                     engine::time_point now);

} // namespace rota::actors
