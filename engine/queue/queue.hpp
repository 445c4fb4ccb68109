// One queue: the jobs of one (type, tenant), their states, order and leases. Pure: time and ids are
// arguments, events are results.
//
//   decide_x(command, now) const  ->  an event, or the reason for a refusal
//   apply(event)                  ->  the new state; the only thing that changes jobs
//   advance(now)                  ->  delayed jobs that are due become ready (by time, no event)
//   take_changes()                ->  what to report to the arbiter
//
// Implementation files: queue_decide.cpp, queue_apply.cpp, queue_snapshots.cpp (rows and restarts),
// queue_audit.cpp, and queue.cpp for everything that only reads.
//
// The live path decides, journals the event and applies it. Replay only applies, so both lead to
// the same state.
#pragma once
#include "engine/audit.hpp"
#include "engine/events.hpp"
#include "engine/job.hpp"
#include "engine/lane.hpp"
#include "engine/queue/dedup.hpp"
#include "engine/queue/job_orders.hpp"
#include "engine/queue/job_rules.hpp"
#include "engine/queue/job_store.hpp"
#include "engine/queue/order_tree.hpp"
#include "engine/queue/queue_lanes.hpp"
#include "engine/queue/queue_leases.hpp"
#include "engine/queue/queue_values.hpp"
#include "engine/queue/tally.hpp"
#include "engine/settings.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::engine {

/// The sums that a queue keeps over its jobs.
struct queue_totals {
  std::array<std::uint32_t, job_state_count> in_state{};
  std::size_t waiting_bytes = 0;
  std::vector<std::uint32_t> ready_in_lane; ///< By lane number.

  /// `by` is 1 or -1; a ready job must be in a lane.
  void count(const job_cell& job, int by) {
    const auto step = static_cast<std::uint32_t>(by);
    in_state[static_cast<std::size_t>(job.state)] += step;
    if (is_waiting(job.state))
      waiting_bytes += static_cast<std::size_t>(by) * job.payload_size;
    if (job.state != job_state::ready)
      return;
    if (ready_in_lane.size() <= job.lane)
      ready_in_lane.resize(job.lane + std::size_t{1});
    ready_in_lane[job.lane] += step;
  }
};

/// A recount in progress. Jobs in the cells before `next` are counted, and are counted again when
/// they change.
struct queue_recount {
  slot next = 0;
  queue_totals counted;
};

class queue {
public:
  queue(queue_identity identity, type_settings settings);
  /// The same, with settings that are shared by all queues of a type; must not be null.
  queue(queue_identity identity, std::shared_ptr<const type_settings> settings);

  // -- deciding (changes nothing) -----------------------------------------------------------------

  /// Decides about a push under the new serial `number`; deduplicates by the spec's key. O(log n).
  push_decision decide_push(job_spec spec, serial number, time_point now) const;

  /// Decides which jobs an attempt takes: the first ones of a lane, at most `order.jobs` and at
  /// most the lane's batch_max. Returns nothing if the lane is empty. The lease is the order's,
  /// else the shortest over the jobs; a job's is its own, else the type's. Executed attempts have
  /// none.
  std::optional<jobs_taken> decide_take(const take_order& order, time_point now) const;

  /// The result of one job of an attempt. Error: lease_lost if the attempt does not hold the job.
  result<job_settled> decide_complete(serial attempt, serial job, outcome how,
                                      time_point now) const;
  /// The attempt gives the job back; the try is not counted. Error: lease_lost if the attempt does
  /// not hold the job.
  result<job_settled> decide_release(serial attempt, serial job, time_point now) const;
  /// The job's work is not ready: it is delayed again, with its new checkpoint. Without `after` the
  /// poll backoff applies; a changed checkpoint restarts it. Beyond a limit on polling the job
  /// fails with kind "max_polls" or "deadline".
  result<job_settled> decide_defer(serial attempt, serial job, std::optional<milliseconds> after,
                                   std::optional<std::string> checkpoint, time_point now) const;
  /// The executor has lost the attempt: applies the crash rule to one of its jobs.
  result<job_settled> decide_lost(serial attempt, serial job, time_point now) const;
  /// The executor has confirmed the start of a `starting` attempt. Error: lease_lost if there is
  /// none.
  result<attempt_started> decide_started(serial attempt, std::string handle, time_point at,
                                         time_point now) const;
  /// Extends a lease to the given length from now, else to its own length; never makes the deadline
  /// earlier. Error: lease_lost, also if an executor has the attempt, because it has no lease.
  result<lease_extended> decide_extend(serial attempt, std::optional<milliseconds> lease,
                                       time_point now) const;

  /// Cancels a waiting job; requests cancellation of a running one (repeating this has no effect).
  /// Errors: not_found, wrong_state.
  result<cancel_decision> decide_cancel(serial job, time_point now) const;

  /// Makes a failed or cancelled job in memory ready again. Errors: not_found, wrong_state.
  result<job_revived> decide_revive(serial job, time_point now) const;
  /// The same for a job that has left memory. Error: wrong_state if `record` is neither failed nor
  /// cancelled, or the job is back in memory.
  result<job_revived> decide_revive(job_record record, time_point now) const;

  /// The next event that is due by time: the crash of an expired lease, or the error of a try that
  /// exceeded its timeout; one job per event. Decide and apply until nothing is returned.
  std::optional<event> decide_overdue(time_point now) const;

  // -- changing -----------------------------------------------------------------------------------

  /// Applies an event. Ignores events that do not fit the state, such as those of unknown jobs: in
  /// replay, a snapshot already reflects them. Counts the effects in `tally` unless it is null.
  void apply(event e, queue_tally* tally = nullptr);

  /// Makes delayed jobs that are due ready and forgets dedup keys that are due. O(log n) each.
  void advance(time_point now);

  /// Reads the batch mark of a payload under the given batch settings.
  using batch_reader = std::function<batch_mark(std::string_view, const batch_settings&)>;

  /// Applies changed type settings. Order keys of waiting jobs are kept. Rebuilds lanes if batch
  /// settings changed, and reads marks again if they are derived differently; O(jobs) in these
  /// cases.
  void configure(std::shared_ptr<const type_settings> settings, const batch_reader& read);
  /// Reads again the marks of all jobs that have not ended: after a restart the settings may be
  /// newer than the records. O(jobs) if the type has batches.
  void mark_batches(const batch_reader& read);

  /// Restores a job from its row. Call after a restart, before anything else.
  void restore(job_record record);
  /// Restores an idempotency key whose job has left memory.
  void restore_key(std::string key, serial first, job_state state, time_point forget_at);
  /// Moves each lease's deadline to at least its full length from now. Call after replay.
  void renew_leases(time_point now);

  // -- reporting ----------------------------------------------------------------------------------

  /// Returns and clears the changes since the last call. Lanes are ordered by number.
  queue_changes take_changes();
  /// All lanes, as if all had changed; for an arbiter that starts without state.
  std::vector<lane_report> all_lanes() const { return lanes_.all(jobs_); }
  void watch(bool on); ///< Turns the recording of transitions on or off.

  /// The next time at which advance() or decide_overdue() has something to do; `never` if there is
  /// none.
  time_point next_wake() const;

  const queue_identity& identity() const { return identity_; }
  const type_settings& settings() const { return *settings_; }
  queue_counts counts() const;
  /// The ready-since of the job that has been ready longest; nothing if no job is ready. O(lanes).
  std::optional<time_point> oldest_ready() const { return lanes_.oldest_head(jobs_); }

  std::optional<job_record> find(serial job) const; ///< A copy; for get, rows and history.
  std::optional<job_state> state_of(serial job) const;
  /// 1 + the number of ready jobs before it; nothing unless the job is ready. O(log n).
  std::optional<std::size_t> position(serial job) const;
  std::optional<lane_number> lane_of(serial job) const; ///< Nothing unless the job is ready.
  bool cancelling(serial job) const; ///< Whether it is running and its cancel was requested.

  /// Whether cancellation was requested for every job of the attempt; false if the attempt is
  /// unknown.
  bool all_cancelling(serial attempt) const;

  /// The jobs of an attempt, in order; empty if the attempt is unknown.
  std::vector<serial> jobs_of(serial attempt) const;
  /// Copies of the jobs of an attempt, in order; empty if the attempt is unknown.
  std::vector<leased_job> leased_jobs(serial attempt) const;
  std::optional<attempt_record> attempt(serial attempt) const;
  std::vector<serial> attempts() const;
  /// The attempt that holds the job; nothing unless the job is in flight.
  std::optional<serial> attempt_of(serial job) const;
  /// The shortest timeout among the jobs of an attempt, which must be in flight; nothing if neither
  /// they nor the type have one.
  std::optional<milliseconds> timeout_of(serial attempt) const;
  /// Whether the attempt belongs to an executor: it has no deadline, and only its runner or poller
  /// settles it.
  bool executed(serial attempt) const;
  /// What the arbiter needs to restore an attempt after a restart: the jobs that it still holds and
  /// their cost.
  struct attempt_use {
    serial attempt;
    std::shared_ptr<const lane_traits> traits;
    std::uint32_t jobs = 0;
    micro cost;
    time_point taken{};
  };
  /// Of all attempts, ordered by serial.
  std::vector<attempt_use> attempt_uses() const;
  std::optional<attempt_use> use_of(serial attempt) const;

  /// Up to `limit` jobs in memory with a number above `after`, oldest first, optionally of one
  /// state.
  struct list_page {
    std::vector<serial> jobs;
    bool more = false;
  };
  list_page list(std::optional<job_state> state, serial after, std::size_t limit) const;

  // -- snapshots ----------------------------------------------------------------------------------

  /// Returns the jobs that changed since they were last returned here, in the order of their first
  /// change; at most `limit` per call, each once.
  struct dirty_job {
    serial number;
    bool stored = false; ///< It was returned before, so the store may have its row.
  };
  std::vector<dirty_job> take_dirty(std::size_t limit);
  std::size_t dirty_count() const { return dirty_; }
  /// Returns the pending changes of idempotency keys' rows, at most `limit`, each once. A row is
  /// written when the key's job has ended, and dropped when the key is forgotten or a living job
  /// holds it (that job's row contains the key).
  std::vector<key_change> take_key_changes(std::size_t limit);
  bool has_key_changes() const { return keys_ && keys_->has_changes(); }
  /// Removes an ended job whose history is written from memory; its key stays until it is
  /// forgotten. Ignored if the job lives or has changed since it was returned by take_dirty().
  void forget(serial job);

  // -- audit --------------------------------------------------------------------------------------

  /// Audits about `jobs_max` more jobs: that each is in every tree, lane and attempt where it
  /// belongs and nowhere else. When the audit is complete, also compares the counts with a recount.
  /// The queue may change between steps.
  audit_result audit_step(std::size_t jobs_max);
  /// Audits everything at once, including the count of changed jobs. Returns the first finding.
  std::optional<std::string> audit() const;

private:
  // -- reading ------------------------------------------------------------------------------------

  time_point at_least_latest(time_point now) const { return std::max(now, latest_); }
  const job_cell* cell_of(serial number) const;
  /// The job, or null if the attempt does not hold it.
  const job_cell* held_by(serial attempt, serial number) const;
  /// The job's record, including its attempt.
  job_record with_attempt(const job_cell& job) const;
  attempt_use use(const lease_entry& entry) const;
  std::uint32_t max_attempts(const job_cell& job) const;
  time_point timeout_end(const job_cell& job, time_point taken) const;
  milliseconds lease_of(const job_cell& job) const;
  std::optional<remembered_key> holder_of(std::string_view key, time_point now) const;

  // -- deciding (queue_decide.cpp) ----------------------------------------------------------------

  /// The event of a failed try that counts as `kind`.
  job_settled settle_failure(const job_cell& job, try_kind kind, failure why, bool retryable,
                             time_point now) const;
  ended_try ended_try_of(const job_cell& job, try_kind kind) const;
  job_settled settled_event(const job_cell& job, try_kind kind, time_point now) const;
  /// Sets the next state and its time according to the fate.
  void set_next_state(job_settled& e, const job_cell& job, fate f) const;

  // -- changing (queue_apply.cpp) -----------------------------------------------------------------

  /// Between detach and attach a job is in no tree, and its state, times, spec and order may
  /// change.
  void detach(slot s, lane_set::exit why = lane_set::exit::otherwise);
  void attach(slot s);
  /// Detaches the job and attaches it in the new state. Keeps `ready_since` unless one is given.
  void change_state(slot s, job_state to, time_point at, std::optional<time_point> ready_since = {},
                    delay_reason why = delay_reason::none);
  void set_ready_since(job_cell& job, time_point ready_since);
  /// Sets the spec of a pushed or replaced job, which is in no tree, and when it is ready.
  void schedule(job_cell& job, job_spec spec, time_point at);
  void mark_dirty(slot s);
  void record_transition(const job_cell& job, time_point at);
  void count(job_counter what, std::uint32_t times = 1);
  void count_take(const jobs_taken& e, const job_cell& job);
  void count_end_of_try(const job_settled& e, const job_cell& job);
  void finish(slot s, job_state end, time_point at);
  void claim_key(job_cell& job, time_point at);
  /// Between leave_lanes and enter_lanes settings and marks may change.
  std::vector<slot> leave_lanes();
  void enter_lanes(const std::vector<slot>& in_order);
  void read_marks(const batch_reader& read);
  /// Fills a cell from the record; it is in no tree yet.
  slot add_record(job_record record);

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

  // -- audit (queue_audit.cpp) --------------------------------------------------------------------

  void recount(slot s, int by);
  bool is_used(slot s) const { return jobs_.find(jobs_[s].number) == s; }
  std::optional<std::string> audit_job(slot s) const;
  std::optional<std::string> audit_totals(const queue_totals& counted) const;

  // -- members ------------------------------------------------------------------------------------

  queue_identity identity_;
  std::shared_ptr<const type_settings> settings_;
  job_store jobs_;
  lane_set lanes_;
  lease_table leases_;
  std::unique_ptr<dedup_keys> keys_; ///< Null until a job has a key.
  order_tree<queue_order> ready_;
  order_tree<due_order> delayed_;
  std::array<order_tree<serial_order>, job_state_count> by_state_;
  std::array<std::uint32_t, job_state_count> in_state_{};
  std::size_t waiting_bytes_ = 0;
  slot first_dirty_ = no_slot;
  slot last_dirty_ = no_slot;
  std::size_t dirty_ = 0;
  std::vector<freed_attempt> freed_;
  std::vector<transition> transitions_;
  bool watched_ = false;
  queue_tally* tally_ = nullptr;           ///< Set while an event is applied that is counted.
  std::unique_ptr<queue_recount> recount_; ///< Set during an audit.
  time_point latest_{};                    ///< The latest time passed in; time never goes back.
};

} // namespace rota::engine
