// State of a queue's actor and the common steps of its handlers. For queue_actor.cpp only.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/queue/queue_snapshot.hpp"
#include "actors/runtime/audit_schedule.hpp"
#include "actors/runtime/shared_state.hpp"
#include "actors/runtime/traced_actor.hpp"
#include "engine/queue/queue.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace rota::actors {

struct queue_state {
  shared_state_ptr shared;
  std::shared_ptr<engine::queue> core;
  type_figures* figures = nullptr; ///< Of the queue's type.
  std::optional<queue_snapshot> snapshot;
  queue_marks marks;
  engine::position last; ///< Of this queue's latest event.
  /// Counts that are included in the sums of its type and in admission.
  engine::queue_counts counted;
  std::uint64_t grants_seen = 0;
  engine::time_point armed = engine::never; ///< The wake that is set at the timer.
  engine::time_point idle_since{};
  bool idle = false;
  bool retiring = false;
  self_audit audit;
  static constexpr const char* name = "queue";
  [[nodiscard]] std::string subject() const {
    return core->identity().type + " of " + core->identity().tenant;
  }
};

using queue_pointer = traced_pointer<queue_actor, queue_state>;

/// One handler's run: collects the events and the changes for the arbiter, and sends both in the
/// required order.
class queue_step {
public:
  explicit queue_step(queue_pointer self);

  engine::queue& core() { return core_; }
  engine::time_point now() const { return now_; }
  /// Applies an event and collects it for the journal.
  void record(engine::event e);
  /// Keeps the fairness mark and rates of a grant for a restart.
  void keep_mark(const engine::jobs_taken& taken);
  /// Reports the result of a grant to the arbiter.
  void report(queue_changed::take take) { changes_.takes.push_back(take); }
  /// Releases the session's reservation for these jobs, which are now counted themselves.
  void release_reservation(std::size_t jobs, std::size_t bytes);

  /// Appends the events, reports the changes, and returns the position for the answers.
  engine::position finish();
  /// Finishes the step and answers the part with `what`.
  template <class What>
  void answer(const part_of& part, What&& what) {
    const auto position = finish();
    self_->send(part.asker, answer_to(part, position, std::forward<What>(what)));
  }

private:
  void update_sums(shared_state& shared);
  void update_idle(const engine::queue_counts& counts);
  void report_to_arbiter(shared_state& shared);
  void set_timer(shared_state& shared);

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
