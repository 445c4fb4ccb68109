// The insides of a queue, shared by queue*.cpp only.
#pragma once
#include "engine/queue/dedup.hpp"
#include "engine/queue/job_rules.hpp"
#include "engine/queue/job_store.hpp"
#include "engine/queue/order_tree.hpp"
#include "engine/queue/queue.hpp"
#include "engine/queue/queue_lanes.hpp"
#include "engine/queue/queue_leases.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace rota::engine {

/// All ready jobs of the queue, whatever their lane.
struct queue_order {
  template <class Cell>
  static auto& links(Cell& cell) {
    return cell.in_queue;
  }
  static bool before(const job_cell& a, const job_cell& b) { return stands_before(a, b); }
};

/// Delayed jobs; they use the links that they will need when they are ready.
struct due_order {
  template <class Cell>
  static auto& links(Cell& cell) {
    return cell.in_queue;
  }
  static bool before(const job_cell& a, const job_cell& b) {
    return a.ready_since != b.ready_since ? a.ready_since < b.ready_since : a.number < b.number;
  }
};

/// The jobs of one state, for lists.
struct serial_order {
  template <class Cell>
  static auto& links(Cell& cell) {
    return cell.in_state;
  }
  static bool before(const job_cell& a, const job_cell& b) { return a.number < b.number; }
};

struct queue::impl {
  queue_identity identity;
  std::shared_ptr<const type_settings> settings;
  job_store jobs;
  lane_set lanes;
  lease_book leases;
  std::unique_ptr<dedup_keys> keys; ///< Null until a job has one.
  order_tree<queue_order> ready;
  order_tree<due_order> delayed;
  std::array<order_tree<serial_order>, job_state_count> by_state;
  std::array<std::uint32_t, job_state_count> in_state{};
  std::size_t waiting_bytes = 0;
  slot first_dirty = no_slot;
  slot last_dirty = no_slot;
  std::size_t dirty = 0;
  std::vector<freed_attempt> freed;
  std::vector<transition> transitions;
  bool watched = false;
  queue_tally* tally = nullptr; ///< While an event is applied that counts.
  time_point latest{};          ///< The latest time that was told; time never goes back.

  // -- reading ------------------------------------------------------------------------------------

  time_point at_least_latest(time_point now) const { return std::max(now, latest); }
  const job_cell* find(serial number) const;
  /// The job if the attempt holds it, else null.
  const job_cell* held(serial attempt, serial number) const;
  job_record record(const job_cell& job) const;
  attempt_use use(serial attempt, const lease_entry& entry) const;
  std::uint32_t max_attempts(const job_cell& job) const;
  time_point timeout_end(const job_cell& job, time_point taken) const;
  milliseconds lease_of(const job_cell& job) const;
  std::optional<remembered_key> holder_of(std::string_view key, time_point now) const;

  // -- deciding (queue_decide.cpp) ----------------------------------------------------------------

  /// A try of a job that its attempt holds ended with a failure that counts as `kind`.
  job_settled settle_failure(const job_cell& job, try_kind kind, failure why, bool retryable,
                             time_point now) const;
  ended_try facts(const job_cell& job, try_kind kind) const;
  job_settled settled(const job_cell& job, try_kind kind, time_point now) const;
  /// Fills in where the fate leads and when.
  void lead(job_settled& e, const job_cell& job, fate f) const;

  // -- changing (queue_apply.cpp) -----------------------------------------------------------------

  /// Between these two a job is in no tree and its state, times, spec and order may change.
  void detach(slot s, lane_set::exit why = lane_set::exit::otherwise);
  void attach(slot s);
  /// Detaches, and attaches again in the new state. `ready_since` is kept unless given.
  void change_state(slot s, job_state to, time_point at, std::optional<time_point> ready_since = {},
                    delay_reason why = delay_reason::none);
  void place(job_cell& job, time_point ready_since);
  void mark_dirty(slot s);
  void note(const job_cell& job, time_point at);
  void count(happening what, std::uint32_t times = 1);
  void count_take(const jobs_taken& e, const job_cell& job);
  void count_end_of_try(const job_settled& e, const job_cell& job);
  void finish(slot s, job_state end, time_point at);
  void claim_key(job_cell& job, time_point at);
  void advance(time_point now);
  /// Between these two, settings and marks may change.
  std::vector<slot> leave_lanes();
  void enter_lanes(const std::vector<slot>& in_order);
  void read_marks(const batch_reader& read);
  /// A cell that is filled from the record, in no tree yet.
  slot unpack(job_record record);

  void on(job_pushed& e);
  void on(job_replaced& e);
  void on(jobs_taken& e);
  void on(lease_extended& e);
  void on(attempt_started& e);
  void on(job_exited& e);
  void on(job_settled& e);
  void on(job_cancelled& e);
  void on(cancel_requested& e);
  void on(job_revived& e);
};

} // namespace rota::engine
