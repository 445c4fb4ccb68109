// Events are facts about one queue, in the order in which they became true. The journal keeps them,
// and one apply() serves the live path and replay. An event contains every decision (state, delay,
// deadline, ids, tags), so that applying it decides nothing.
#pragma once
#include "engine/job.hpp"
#include "engine/virtual_time.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rota::engine {

/// A new job: ready, or delayed until its not_before.
struct job_pushed {
  serial number;
  job_spec spec;
  time_point at{};
  bool operator==(const job_pushed&) const = default;
};

void members(auto& io, form_of<job_pushed> auto& e) { stored_members(io, e.number, e.at, e.spec); }

/// A waiting job got a new spec (payload, priority and all options) and new times. It keeps its id
/// and its counts and loses its checkpoint (dedup `replace`).
struct job_replaced {
  serial number;
  job_spec spec;
  time_point at{};
  bool operator==(const job_replaced&) const = default;
};

void members(auto& io, form_of<job_replaced> auto& e) {
  stored_members(io, e.number, e.at, e.spec);
}

/// The arbiter's accounting of a granted turn; restores fairness and rates after a restart.
struct fairness_mark {
  virtual_time tag;       ///< The tenant's F after the charge.
  virtual_time pool_time; ///< The pool's V.
  micro charged;          ///< The cost charged.
  time_point type_rate{}; ///< The buckets' theoretical arrival times, see rate_bucket.hpp.
  time_point key_rate{};
  bool operator==(const fairness_mark&) const = default;
};

void members(auto& io, form_of<fairness_mark> auto& e) {
  stored_members(io, e.tag, e.pool_time, e.charged, e.type_rate, e.key_rate);
}

/// An attempt took jobs: the lease of an external worker (`running`) or the intent of a runner
/// (`starting`).
struct jobs_taken {
  serial attempt;
  std::vector<serial> jobs;
  std::string worker;
  bool starting = false;
  milliseconds lease{};
  time_point at{};
  time_point deadline{};
  fairness_mark mark;
  bool operator==(const jobs_taken&) const = default;
};

void members(auto& io, form_of<jobs_taken> auto& e) {
  stored_members(io, e.attempt, e.jobs, e.worker, e.starting, e.lease, e.at, e.deadline, e.mark);
}

/// The executor runs a `starting` attempt; `handle` is the executor's own id of it.
struct attempt_started {
  serial attempt;
  std::string handle;
  time_point at{}; ///< By the executor's clock; not before the attempt was taken.
  bool operator==(const attempt_started&) const = default;
};

void members(auto& io, form_of<attempt_started> auto& e) {
  stored_members(io, e.attempt, e.handle, e.at);
}

/// How a job's process ended. The job's job_settled follows.
struct job_exited {
  serial attempt;
  serial number;
  std::optional<std::int32_t> exit_code;
  std::optional<std::int32_t> signal;
  bool operator==(const job_exited&) const = default;
};

void members(auto& io, form_of<job_exited> auto& e) {
  stored_members(io, e.attempt, e.number, e.exit_code, e.signal);
}

struct lease_extended {
  serial attempt;
  milliseconds lease{};
  time_point deadline{};
  bool operator==(const lease_extended&) const = default;
};

void members(auto& io, form_of<lease_extended> auto& e) {
  stored_members(io, e.attempt, e.lease, e.deadline);
}

/// How a try of a job is counted.
enum class try_kind : std::uint8_t {
  counted,  ///< An outcome: success or error.
  crashed,  ///< The lease expired, or the attempt was lost.
  deferred, ///< Not ready yet; counts as a poll.
  released, ///< Given back, as if it had not been taken.
};
inline constexpr std::array<std::string_view, 4> try_kind_words{"counted", "crashed", "deferred",
                                                                "released"};
constexpr const auto& words_of(try_kind) { return try_kind_words; }

/// A job left its attempt. `state` is its new state: an end, `ready`, or `delayed` until `due`.
struct job_settled {
  serial attempt;
  serial number;
  try_kind kind = try_kind::counted;
  job_state state = job_state::succeeded;
  delay_reason delayed_by = delay_reason::none;
  time_point at{};
  time_point due{}; ///< When delayed, the end of the delay; when ready, the new ready-since.
  std::optional<failure> error;
  std::optional<std::string> result;
  std::optional<std::string> checkpoint;
  std::uint32_t batch_limit = 0; ///< New limit on the size of its batches; 0: unchanged.
  bool operator==(const job_settled&) const = default;
};

void members(auto& io, form_of<job_settled> auto& e) {
  stored_members(io, e.attempt, e.number, e.kind, e.state, e.delayed_by, e.at, e.due, e.error,
                 e.result, e.checkpoint, e.batch_limit);
}

/// A waiting job was cancelled.
struct job_cancelled {
  serial number;
  time_point at{};
  bool operator==(const job_cancelled&) const = default;
};

void members(auto& io, form_of<job_cancelled> auto& e) { stored_members(io, e.number, e.at); }

/// Cancellation of a running job was requested; any later outcome gives `cancelled`.
struct cancel_requested {
  serial number;
  time_point at{};
  bool operator==(const cancel_requested&) const = default;
};

void members(auto& io, form_of<cancel_requested> auto& e) { stored_members(io, e.number, e.at); }

/// An ended job was made ready by an operator; its counts start over. `record` is set if the job
/// had left memory.
struct job_revived {
  serial number;
  time_point at{};
  std::optional<job_record> record;
  bool operator==(const job_revived&) const = default;
};

void members(auto& io, form_of<job_revived> auto& e) {
  stored_members(io, e.number, e.at, e.record);
}

using event =
    std::variant<job_pushed, job_replaced, jobs_taken, lease_extended, job_settled, job_cancelled,
                 cancel_requested, job_revived, attempt_started, job_exited>;

} // namespace rota::engine
