// QUEUE: the jobs of one (type, tenant), behind a mailbox.
//
//   SESSION --push_part, settle_part, cancel_part, ...--> QUEUE --answers--> SESSION
//   ARBITER --grant_orders------------------------------> QUEUE --lease_part--> SESSION
//                                                         QUEUE --queue_changed--> ARBITER
//   TIMER   --wake--------------------------------------> QUEUE --wake_queue--> TIMER
//   journal --snapshot_wanted, piece_written------------> QUEUE --rows--> journal
//   QUEUE --wants_to_retire--> DIRECTORY --queue_leaves--> ARBITER --retire_now--> QUEUE --retired--> DIRECTORY
//
// Every handler is one turn: decide and apply, then in this order append the events to the journal,
// report to arbiter and timer, answer with the position.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/queue/queue_snapshot.hpp"
#include "actors/runtime/room.hpp"
#include "engine/queue/queue.hpp"

#include <latch>
#include <memory>

namespace rota::actors {

/// What a restored queue begins with.
struct queue_origin {
  queue_marks marks;
  /// The last event that it has seen. Its next rows say that they reflect it, so without it a
  /// restart would apply events again to rows that have them already.
  engine::position last;
  /// Counted down once its report is in the arbiter's mailbox; may be null.
  std::shared_ptr<std::latch> joined;
};

/// `core` comes empty or restored; the queue reports all its lanes to the arbiter when it starts.
queue_actor spawn_queue(caf::actor_system& system, room_ptr room,
                        std::shared_ptr<engine::queue> core, queue_origin from = {});

} // namespace rota::actors
