// A queue's snapshot: the rows that changed since the last one, piece by piece.
#pragma once
#include "engine/queue/queue.hpp"
#include "persistence/journal/journal.hpp"

#include <map>
#include <string>
#include <vector>

namespace rota::actors {

/// What a queue last heard of fairness and rates, for after a restart.
struct queue_marks {
  std::optional<engine::fairness_mark> last;
  std::map<std::string, engine::time_point> key_rates; ///< By concurrency key.
};

/// One round. Changed jobs go into rows; those that have ended go into history, their keys into the
/// table of keys. Between two pieces the queue works on, so each row carries the position that it
/// reflects; the piece that leaves nothing dirty is the last and moves the queue's own position.
class queue_snapshot {
public:
  /// Makes the next piece. `last`: the queue's last event by now, which the piece reflects.
  persistence::row_batch next_piece(engine::queue& core, const queue_marks& marks,
                                    engine::position last);

  bool finished() const { return finished_; }
  /// Jobs that the last piece wrote to history; they may leave memory once it is written.
  const std::vector<engine::serial>& ended_in_last_piece() const { return ended_; }

private:
  void add_jobs(engine::queue& core, persistence::row_batch& batch, engine::position last);

  bool finished_ = false;
  std::vector<engine::serial> ended_;
};

} // namespace rota::actors
