// QUEUE: the jobs of one (type, tenant), behind a mailbox.
//
//   SESSION --push_part, settle_part, cancel_part, ...--> QUEUE --answers--> SESSION
//   ARBITER --grant_orders------------------------------> QUEUE --lease_part--> SESSION
//                                                         QUEUE --queue_changed--> ARBITER
//   TIMER   --wake--------------------------------------> QUEUE --wake_queue--> TIMER
//   journal --snapshot_wanted, piece_written------------> QUEUE --rows--> journal
//   QUEUE --retirement_wanted--> DIRECTORY --queue_removed--> ARBITER
//   ARBITER --retire_now--> QUEUE --retirement_answer--> DIRECTORY
//
// Every handler decides and applies, then, in this order, appends the events to the journal,
// reports to arbiter and timer, and answers with the position.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/queue/queue_snapshot.hpp"
#include "actors/runtime/shared_state.hpp"
#include "engine/queue/queue.hpp"

#include <latch>
#include <memory>

namespace rota::actors {

/// State of a restored queue beside its core.
struct queue_origin {
  queue_marks marks;
  /// Position of its last event. Its next rows record that they reflect it; without it, a restart
  /// would apply events twice.
  engine::position last;
  /// Counted down once its report is in the arbiter's mailbox; may be null.
  std::shared_ptr<std::latch> joined;
};

/// Returns the lease of an attempt, for its taker: its jobs with their payloads. The queue must hold
/// the attempt.
lease make_lease(const engine::queue& core, engine::serial attempt);

/// `core` is empty or restored; the queue reports all its lanes to the arbiter when it starts.
queue_actor spawn_queue(caf::actor_system& system, shared_state_ptr shared,
                        std::shared_ptr<engine::queue> core, queue_origin from = {});

} // namespace rota::actors
