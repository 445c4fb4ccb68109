// What a queue's actor is made of, and how each of its handlers works. For queue_actor.cpp only.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/queue/queue_snapshot.hpp"
#include "actors/runtime/audit_schedule.hpp"
#include "actors/runtime/room.hpp"
#include "actors/runtime/watched_actor.hpp"
#include "engine/queue/queue.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace rota::actors {

struct queue_state {
  room_ptr shared;
  std::shared_ptr<engine::queue> core;
  type_figures* figures = nullptr; ///< Of the queue's type.
  std::optional<queue_snapshot> snapshot;
  queue_marks marks;
  engine::position last;        ///< Of the last event of this queue.
  engine::queue_counts counted; ///< Counts that are in the sums of its type and in admission.
  std::uint64_t grants_seen = 0;
  engine::time_point armed = engine::never; ///< The wake that the timer knows of.
  engine::time_point idle_since{};
  bool idle = false;
  bool leaving = false;
  self_audit audit;
  static constexpr const char* name = "queue";
  [[nodiscard]] std::string subject() const {
    return core->identity().type + " of " + core->identity().tenant;
  }
};

using queue_pointer = watched_pointer<queue_actor, queue_state>;

/// One handler's work: collects events and what concerns the arbiter, and sends it all in the one
/// right order.
class queue_turn {
public:
  explicit queue_turn(queue_pointer self);

  engine::queue& core() { return core_; }
  engine::time_point now() const { return now_; }
  /// Applies an event and keeps it for the journal.
  void record(engine::event e);
  /// Keeps what a grant settled about fairness and rates, for after a restart.
  void keep_mark(const engine::jobs_taken& taken);
  /// Reports to the arbiter what became of a grant.
  void report(queue_changed::take take) { changes_.takes.push_back(take); }
  /// Gives back what the session reserved for this turn's jobs: they count for themselves now.
  void reserved(std::size_t jobs, std::size_t bytes);

  /// Appends the events, reports the changes, and returns the position that the turn's answers
  /// carry.
  engine::position finish();
  /// Finishes and sends `what` as the answer to the part.
  template <class What>
  void answer(const part_of& part, What&& what) {
    const auto position = finish();
    self_->send(part.asker, answer_to(part, position, std::forward<What>(what)));
  }

private:
  void update_sums(room& room);
  void update_idle(const engine::queue_counts& counts);
  void report_to_arbiter(room& room);
  void set_timer(room& room);

  queue_pointer self_;
  queue_state& state_;
  engine::queue& core_;
  engine::time_point now_;
  std::string bytes_;
  std::uint32_t events_ = 0;
  std::int64_t reserved_jobs_ = 0;
  std::int64_t reserved_bytes_ = 0;
  queue_changed changes_;
  engine::queue_tally tally_;
};

} // namespace rota::actors
