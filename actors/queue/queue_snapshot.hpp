// A queue's snapshot: the rows that changed since the previous one, piece by piece.
#pragma once
#include "engine/queue/queue.hpp"
#include "persistence/journal/journal.hpp"

#include <map>
#include <string>
#include <vector>

namespace rota::actors {

/// The last fairness mark and rates that a queue received, for a restart.
struct queue_marks {
  std::optional<engine::fairness_mark> last;
  std::map<std::string, engine::time_point> key_rates; ///< By concurrency key.
};

/// One snapshot. Changed jobs become rows; ended jobs go to history, and their keys to the table of
/// keys. The queue continues its work between two pieces, so each row carries the position that it
/// reflects. The piece that leaves nothing dirty is the last one and moves the queue's own
/// position.
class queue_snapshot {
public:
  /// Makes the next piece. `last` is the position of the queue's latest event, which the piece
  /// reflects.
  persistence::row_batch next_piece(engine::queue& core, const queue_marks& marks,
                                    engine::position last);

  bool finished() const { return finished_; }
  /// Returns the jobs that the last piece writes to history; they may leave memory once it is
  /// written.
  const std::vector<engine::serial>& ended_in_last_piece() const { return ended_; }

private:
  void add_jobs(engine::queue& core, persistence::row_batch& batch, engine::position last);

  bool finished_ = false;
  std::vector<engine::serial> ended_;
};

} // namespace rota::actors
