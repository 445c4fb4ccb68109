// One queue: the jobs of one (type, tenant), their states, their order, their leases. Pure: time
// and ids come in, events come out.
//
//   decide_x(command, now) const  ->  an event, or the reason for a refusal
//   apply(event)                  ->  the new state; the only thing that changes jobs
//   advance(now)                  ->  delayed jobs whose time has come are ready (time alone, no event)
//   take_changes()                ->  what the arbiter has to hear
//
// Its parts by file: queue_decide.cpp, queue_apply.cpp, queue_snapshots.cpp (rows and restarts),
// queue_audit.cpp, and in queue.cpp all that reads.
//
// The live path decides, keeps the event, applies it; replay only applies. So both agree.
#pragma once
#include "engine/audit.hpp"
#include "engine/error.hpp"
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
#include "engine/queue/queue_recount.hpp"
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

class queue {
public:
  queue(queue_identity identity, type_settings settings);
  /// The same with settings that all queues of a type share; not null.
  queue(queue_identity identity, std::shared_ptr<const type_settings> settings);

  // -- deciding: nothing changes ------------------------------------------------------------------

  /// A push under the new serial `number`. Dedup by its key. O(log n).
  push_decision decide_push(job_spec spec, serial number, time_point now) const;

  /// The next jobs of a lane in order; nothing when the lane is empty. Never more than ordered and
  /// never more than the lane's batch_max. The lease is the shortest asked for by order, jobs, type.
  std::optional<jobs_taken> decide_take(const take_order& order, time_point now) const;

  /// The result of one job of an attempt. lease_lost when the attempt doesn't hold it.
  result<job_settled> decide_complete(serial attempt, serial job, outcome how,
                                      time_point now) const;
  result<job_settled> decide_release(serial attempt, serial job, time_point now) const;
  /// Not ready yet: back to delayed with a checkpoint. Without `after` the poll backoff decides. A
  /// changed checkpoint starts the backoff over. Past its limits the job fails ("max_polls",
  /// "deadline").
  result<job_settled> decide_defer(serial attempt, serial job, std::optional<milliseconds> after,
                                   std::optional<std::string> checkpoint, time_point now) const;
  /// The attempt is lost (its executor forgot it): the crash rule, for one job.
  result<job_settled> decide_lost(serial attempt, serial job, time_point now) const;
  /// The executor has confirmed the start of a `starting` attempt; else lease_lost.
  result<attempt_started> decide_started(serial attempt, std::string handle, time_point at,
                                         time_point now) const;
  /// lease_lost also when an executor has the attempt: it has no lease.
  result<lease_extended> decide_extend(serial attempt, std::optional<milliseconds> lease,
                                       time_point now) const;

  /// Waiting: cancelled now. Running: flagged (again without an effect). not_found, wrong_state.
  result<cancel_decision> decide_cancel(serial job, time_point now) const;

  /// A failed or cancelled job in memory goes back to ready. not_found, wrong_state.
  result<job_revived> decide_revive(serial job, time_point now) const;
  /// The same for one that had left memory; wrong_state when `record` hasn't failed or been
  /// cancelled, or is here again already.
  result<job_revived> decide_revive(job_record record, time_point now) const;

  /// The next thing that is due by time and is an event: a lease that expired (crash), a try that
  /// ran out of its timeout (error), one job at a time. Call, apply, call again until nothing is left.
  std::optional<event> decide_overdue(time_point now) const;

  // -- changing -----------------------------------------------------------------------------------

  /// Makes an event true. Events that don't fit (unknown job: it lived before the snapshot) are
  /// ignored, as replay needs. What happens by it is counted in `tally`, if there is one.
  void apply(event e, queue_tally* tally = nullptr);

  /// Delayed jobs whose time has come become ready, dedup keys are forgotten. O(log n) each.
  void advance(time_point now);

  /// Reads the mark of a payload under settings of batches.
  using batch_reader = std::function<batch_mark(std::string_view, const batch_settings&)>;

  /// Type settings changed. Order keys of waiting jobs stand; lanes are built again if batches
  /// changed, and marks are read again if what they are read by did. O(jobs) then.
  void configure(std::shared_ptr<const type_settings> settings, const batch_reader& read);
  /// Reads the marks of all jobs that haven't ended again: after a restart the settings may be
  /// newer than the records. O(jobs) if the type has batches.
  void mark_batches(const batch_reader& read);

  /// After a restart, before anything else: a job from its row.
  void restore(job_record record);
  /// After a restart: an idempotency key whose job has left memory.
  void restore_key(std::string key, serial first, job_state state, time_point forget_at);
  /// After replay: every lease gets at least its lease time from now on.
  void renew_leases(time_point now);

  // -- telling ------------------------------------------------------------------------------------

  /// What changed since the last call. Lanes come in the order of their numbers.
  queue_changes take_changes();
  /// All lanes, as if all had changed (for an arbiter that starts anew).
  std::vector<lane_report> all_lanes() const;
  void watch(bool on); ///< Whether transitions are kept.

  /// When advance() or decide_overdue() will have something to do; `never` if nothing.
  time_point next_wake() const;

  const queue_identity& identity() const;
  const type_settings& settings() const;
  queue_counts counts() const;
  /// Ready-since of the job that has been ready longest; nothing when none is ready. It may look
  /// at one job a lane.
  std::optional<time_point> oldest_ready() const;

  std::optional<job_record> find(serial job) const; ///< Copies; for get, rows and history.
  std::optional<job_state> state_of(serial job) const;
  /// 1 + the ready jobs with a smaller order key; nothing unless ready. O(log n).
  std::optional<std::size_t> position(serial job) const;
  std::optional<lane_number> lane_of(serial job) const; ///< Of a ready job.
  bool cancelling(serial job) const; ///< Running and asked to stop. Cheap, for heartbeats.

  /// Whether every job that the attempt holds is asked to stop; false when it is unknown.
  bool all_cancelling(serial attempt) const;

  /// The jobs that an attempt holds, in their order; empty when it is unknown.
  std::vector<serial> jobs_of(serial attempt) const;
  std::vector<leased_job> leased_jobs(serial attempt) const;
  std::optional<attempt_record> attempt(serial attempt) const;
  std::vector<serial> attempts() const;
  /// The attempt that holds the job; nothing unless it is in flight.
  std::optional<serial> attempt_of(serial job) const;
  /// The shortest timeout among the jobs of an attempt; nothing when none has one.
  std::optional<milliseconds> timeout_of(serial attempt) const;
  /// Whether the attempt is one of an executor: it has no deadline, and only its runner settles it.
  bool executed(serial attempt) const;
  /// What the arbiter must know of an attempt after a restart.
  struct attempt_use {
    serial attempt;
    std::shared_ptr<const lane_traits> traits;
    std::uint32_t jobs = 0;
    micro cost;
    time_point taken{};
  };
  std::vector<attempt_use> uses() const;
  std::optional<attempt_use> use_of(serial attempt) const;

  /// Up to `limit` jobs in memory with a number above `after`, oldest first, of one state or of all.
  struct list_page {
    std::vector<serial> jobs;
    bool more = false;
  };
  list_page list(std::optional<job_state> state, serial after, std::size_t limit) const;

  // -- snapshots ----------------------------------------------------------------------------------

  /// The jobs that changed since they were last handed over, first come first; at most `limit` at a
  /// time, each once.
  struct dirty_job {
    serial number;
    bool stored = false; ///< It was handed over before, so the store may have a row of it.
  };
  std::vector<dirty_job> take_dirty(std::size_t limit);
  std::size_t dirty_count() const;
  /// Idempotency keys whose rows must change, at most `limit`, each once: written when their job has
  /// ended, dropped when they are forgotten or a living job holds them (its row has the key).
  std::vector<key_change> take_key_changes(std::size_t limit);
  bool has_key_changes() const;
  /// An ended job whose history is written leaves memory; its key stays until it is forgotten.
  /// Ignored when the job lives or has changed since it was handed over.
  void forget(serial job);

  // -- checking itself ----------------------------------------------------------------------------

  /// Audits about `jobs_max` more jobs: that each stands in every tree, lane and attempt where it belongs
  /// and nowhere else, and, once the audit is whole, that counts are what a recount gives. The queue
  /// may change between steps.
  audited audit_step(std::size_t jobs_max);
  /// Everything at once, as the text of the first finding; and that changed jobs are counted right.
  std::optional<std::string> audit() const;

private:
  // -- reading ------------------------------------------------------------------------------------

  time_point at_least_latest(time_point now) const { return std::max(now, latest_); }
  const job_cell* cell_of(serial number) const;
  /// The job if the attempt holds it, else null.
  const job_cell* held_by(serial attempt, serial number) const;
  /// As job_record has it: with the terms of its attempt.
  job_record with_attempt(const job_cell& job) const;
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
  void set_next_state(job_settled& e, const job_cell& job, fate f) const;

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

  // -- checking (queue_audit.cpp) -----------------------------------------------------------------

  void recount(slot s, int by);
  bool lives(slot s) const;
  std::optional<std::string> audit_job(slot s) const;
  std::optional<std::string> audit_totals(const queue_totals& counted) const;

  // -- members --------------------------------------------------------------------------------------

  queue_identity identity_;
  std::shared_ptr<const type_settings> settings_;
  job_store jobs_;
  lane_set lanes_;
  lease_book leases_;
  std::unique_ptr<dedup_keys> keys_; ///< Null until a job has one.
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
  queue_tally* tally_ = nullptr;           ///< While an event is applied that counts.
  std::unique_ptr<queue_recount> recount_; ///< While an audit is under way.
  time_point latest_{}; ///< The latest time that was passed in; time never goes back.
};

} // namespace rota::engine
