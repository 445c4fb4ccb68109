// One queue: the jobs of one (type, tenant), their states, their order, their leases. Pure: time
// and ids come in, events come out.
//
//   decide_x(command, now) const  ->  an event, or the reason for a refusal
//   apply(event)                  ->  the new state; the only thing that changes jobs
//   advance(now)                  ->  delayed jobs whose time has come are ready (time alone, no event)
//   take_changes()                ->  what the arbiter has to hear
//
// The live path decides, keeps the event, applies it; replay only applies. So both agree.
#pragma once
#include "engine/error.hpp"
#include "engine/events.hpp"
#include "engine/job.hpp"
#include "engine/lane.hpp"
#include "engine/queue/dedup.hpp"
#include "engine/queue/tally.hpp"
#include "engine/settings.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rota::engine {

struct queue_identity {
  queue_number number;
  std::string type;
  std::string tenant;
};

/// A push that met its idempotency key again: the first job stands.
struct duplicate_push {
  serial first;
  job_state state = job_state::ready;
};
using push_decision = std::variant<job_pushed, job_replaced, duplicate_push>;

using cancel_decision = std::variant<job_cancelled, cancel_requested>;

/// How a try ended, as its worker or executor tells.
struct outcome {
  bool succeeded = true;
  std::optional<std::string> result;
  std::optional<failure> error;
  bool retryable = true;
  std::optional<time_point> finished; ///< By an executor's clock; clamped to the try's times.
};

/// What a grant of the arbiter asks a queue to hand out.
struct take_order {
  serial attempt;
  lane_number lane;
  std::uint32_t jobs = 1; ///< At most.
  std::string worker;
  bool starting = false;
  std::optional<milliseconds> lease; ///< The asker's wish; else the job's, else the type's.
  fairness_mark mark;
};

/// An attempt that holds no job any more; its limits and slots are free.
struct freed_attempt {
  serial attempt;
  duration ran{}; ///< From its take to its end.
};

/// A job that changed its state, for those who watch.
struct transition {
  serial number;
  job_state state = job_state::ready;
  time_point at{};
  std::string trace_id = {}; ///< Empty: the job has no trace.
};

struct queue_changes {
  std::vector<lane_report> lanes; ///< Only lanes whose report changed.
  std::vector<freed_attempt> freed;
  std::vector<transition> transitions; ///< Empty unless watched.
};

struct queue_counts {
  std::size_t ready = 0;
  std::size_t delayed = 0;
  std::size_t running = 0; ///< Jobs of attempts, starting ones included.
  std::size_t ended = 0;   ///< Still in memory: not yet in a snapshot.
  std::size_t leases = 0;
  std::size_t waiting_bytes = 0; ///< Payloads of ready and delayed jobs.
};

class queue {
public:
  queue(queue_identity identity, type_settings settings);
  /// The same with settings that all queues of a type share; not null.
  queue(queue_identity identity, std::shared_ptr<const type_settings> settings);
  ~queue();
  queue(queue&&) noexcept;
  queue& operator=(queue&&) noexcept;

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

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace rota::engine
