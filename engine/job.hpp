// A job: what was requested, and its progress.
#pragma once
#include "engine/boxed.hpp"
#include "engine/ids.hpp"
#include "engine/members.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"
#include "engine/trace_context.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rota::engine {

enum class job_state : std::uint8_t {
  delayed,   ///< Not before a time: scheduled, backing off or deferred.
  ready,     ///< Waiting for its turn.
  starting,  ///< The intent to run is durable; the executor has not confirmed the start.
  running,   ///< Leased or executing.
  succeeded, ///< Ended.
  failed,    ///< Ended; an operator can retry it.
  cancelled, ///< Ended; an operator can retry it.
};

inline constexpr std::array<std::string_view, 7> job_state_words{
    "delayed", "ready", "starting", "running", "succeeded", "failed", "cancelled"};
constexpr const auto& words_of(job_state) { return job_state_words; }
constexpr std::string_view to_text(job_state state) { return word_of(state); }

constexpr bool has_ended(job_state s) { return s >= job_state::succeeded; }
constexpr bool is_waiting(job_state s) { return s <= job_state::ready; }
constexpr bool is_in_flight(job_state s) {
  return s == job_state::starting || s == job_state::running;
}

/// Why a job is delayed.
enum class delay_reason : std::uint8_t { none, scheduled, backing_off, deferred };
inline constexpr std::array<std::string_view, 4> delay_reason_words{"none", "scheduled",
                                                                    "backing_off", "deferred"};
constexpr const auto& words_of(delay_reason) { return delay_reason_words; }

inline constexpr int priority_max = 1000;

/// What the type's settings derive from a payload: jobs with equal `key` may share a batch.
struct batch_mark {
  std::string key;
  bool batches = true; ///< False: the type's batch pointer finds nothing; the job runs alone.
};

/// What a push specifies besides payload and priority; stored in this form.
struct job_options {
  std::string key;             ///< Idempotency key; empty: none.
  std::string concurrency_key; ///< Empty: none.
  std::string batch_key;       ///< Together with `batches`, the job's batch_mark.
  micro cost = micro::of(1);
  micro slots = micro::of(1);
  std::optional<time_point> not_before;
  std::optional<std::uint32_t> max_attempts;
  std::optional<milliseconds> timeout;
  std::optional<milliseconds> lease;
  bool batches = true;
  boxed<trace_context> trace;
  bool operator==(const job_options&) const = default;
};
// Allocators round up to this size: one more member would cost 32 bytes for every job that has only
// a key. Rare members go behind a pointer.
static_assert(sizeof(job_options) <= 192);

void members(auto& io, form_of<job_options> auto& o) {
  io("key", o.key, a_name);
  io("not_before", o.not_before);
  io("concurrency_key", o.concurrency_key, a_name);
  io("cost", o.cost, numbers(least_quantity.as_double(), most_quantity.as_double()));
  io("slots", o.slots, numbers_above(0, most_quantity.as_double()));
  io("batch_key", o.batch_key, stored_only(any_value));
  io("batches", o.batches, stored_only(any_value));
  io("max_attempts", o.max_attempts, integers(1, attempts_max));
  io("timeout_ms", o.timeout, positive_duration);
  io("lease_ms", o.lease, positive_duration);
  io.flat(o.trace);
}

/// What a push specifies. Type and tenant belong to the queue and are not repeated here.
struct job_spec {
  std::string payload = "null"; ///< JSON text, kept byte for byte.
  std::int16_t priority = 0;    ///< -1000..1000; lower runs sooner.
  job_options options;
  bool operator==(const job_spec&) const = default;
};

void members(auto& io, form_of<job_spec> auto& s) {
  io("payload", s.payload, any_json);
  io("priority", s.priority, integers(-priority_max, priority_max));
  io.flat(s.options);
}

inline void set_mark(job_spec& spec, batch_mark mark) {
  spec.options.batch_key = std::move(mark.key);
  spec.options.batches = mark.batches;
}

/// Why a job's last try failed.
struct failure {
  std::string message;
  /// Empty: none given. Kinds set by Rota: "timeout", "crashed", "max_polls", "deadline"; "start" by
  /// runners; "exit", "signal", "no_result" for commands; "command", "start", "cancelled" by `rota
  /// work`.
  std::string kind;
  bool operator==(const failure&) const = default;
};

void members(auto& io, form_of<failure> auto& f) {
  io("message", f.message, required(any_value));
  io("kind", f.kind, null_if_empty(a_name));
}

/// The attempt that holds a job, as stored in the job's row: enough to rebuild the lease.
struct attempt_record {
  serial number;
  std::string worker;
  bool starting = false;
  milliseconds lease{};
  time_point taken{};
  time_point deadline{};
  bool operator==(const attempt_record&) const = default;
};

void members(auto& io, form_of<attempt_record> auto& a) {
  stored_members(io, a.number, a.worker, a.starting, a.lease, a.taken, a.deadline);
}

/// What an executor reported about a job's current or last try.
struct execution {
  serial attempt;
  std::string handle; ///< The backend's own id; empty until the start is confirmed.
  std::optional<std::int32_t> exit_code;
  std::optional<std::int32_t> signal;
  bool operator==(const execution&) const = default;
};

void members(auto& io, form_of<execution> auto& e) {
  stored_members(io, e.attempt, e.handle, e.exit_code, e.signal);
}

/// A job's counts so far.
struct job_counts {
  std::uint32_t attempts = 0; ///< Tries begun, except deferred and released ones.
  std::uint32_t crashes = 0;
  std::uint32_t polls = 0;
  /// Polls since the checkpoint last changed: progress restarts the backoff of defers.
  std::uint32_t polls_in_row = 0;
  bool operator==(const job_counts&) const = default;
};

void members(auto& io, form_of<job_counts> auto& c) {
  stored_members(io, c.attempts, c.crashes, c.polls, c.polls_in_row);
}

/// A complete job by value: the answer to `get`, and the content of rows and history.
struct job_record {
  serial number;
  job_spec spec;
  job_state state = job_state::ready;
  delay_reason delayed_by = delay_reason::none;
  job_counts counts;
  time_point created{};
  time_point ready_since{}; ///< When it became ready; for a delayed job, when it will.
  std::optional<time_point> started;
  std::optional<time_point> finished;
  std::optional<time_point> first_deferred;
  std::optional<attempt_record> attempt; ///< The attempt that holds it now.
  std::string worker;                    ///< Of the current or last try.
  std::optional<failure> error;
  std::optional<std::string> result;     ///< JSON text.
  std::optional<std::string> checkpoint; ///< JSON text.
  bool cancel_requested = false;
  std::uint32_t batch_limit = 0; ///< 0: the type's limit; otherwise halved after a failure in a
                                 ///< batch.
  std::optional<engine::execution> execution; ///< Nothing if a worker had the last try.
  bool operator==(const job_record&) const = default;
};

void members(auto& io, form_of<job_record> auto& r) {
  stored_members(io, r.number, r.spec, r.state, r.delayed_by, r.counts, r.created, r.ready_since,
                 r.started, r.finished, r.first_deferred, r.attempt, r.worker, r.error, r.result,
                 r.checkpoint, r.cancel_requested, r.batch_limit, r.execution);
}

/// A job as handed out in a lease.
struct leased_job {
  job_id id;
  std::string payload; ///< JSON text.
  std::int16_t priority = 0;
  std::uint32_t attempt = 1;             ///< Attempt number, starting at 1.
  std::optional<std::string> checkpoint; ///< JSON text.
  boxed<trace_context> trace;
  bool operator==(const leased_job&) const = default;
};
void members(auto& io, form_of<leased_job> auto& j) {
  io("id", j.id);
  io("payload", j.payload, any_json);
  io("priority", j.priority);
  io("attempt", j.attempt);
  io("checkpoint", j.checkpoint, omit_if_none(any_json));
  io.flat(j.trace, omit_if_none(any_value));
}

} // namespace rota::engine
