// Events: facts about one queue, in the order in which they became true. The journal keeps them;
// one apply() serves the live path and replay. An event carries what was decided (state, delay,
// deadline, ids, tags), never what should be decided.
#pragma once
#include "engine/job.hpp"
#include "engine/virtual_time.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rota::engine {

/// A new job. Ready, or delayed until spec.not_before.
struct job_pushed {
  serial number;
  job_spec spec;
  time_point at;
};

/// A waiting job got a new payload, priority and times under its old id (dedup `replace`).
struct job_replaced {
  serial number;
  job_spec spec;
  time_point at;
};

/// What the arbiter had settled when it granted a turn; restores fairness and rates after a restart.
struct fairness_mark {
  virtual_time tag;       ///< The tenant's F after the charge.
  virtual_time pool_time; ///< The pool's V.
  micro charged;          ///< Cost that was charged.
  time_point type_rate{}; ///< Theoretical arrival times of the buckets, see rate_bucket.hpp.
  time_point key_rate{};
  bool operator==(const fairness_mark&) const = default;
};

/// An attempt took jobs: the lease of an outside worker (`running`) or the intent of a runner
/// (`starting`).
struct jobs_taken {
  serial attempt;
  std::vector<serial> jobs;
  std::string worker;
  bool starting = false;
  milliseconds lease{};
  time_point at;
  time_point deadline;
  fairness_mark mark;
};

/// The executor runs what was `starting`; `handle` is its own id of it.
struct attempt_started {
  serial attempt;
  std::string handle;
  time_point at; ///< By the executor's clock, not before the attempt was taken.
};

/// How a job's process ended; its job_settled follows.
struct job_exited {
  serial attempt;
  serial number;
  std::optional<std::int32_t> exit_code;
  std::optional<std::int32_t> signal;
};

struct lease_extended {
  serial attempt;
  milliseconds lease{};
  time_point deadline;
};

/// What a try of a job counts as.
enum class try_kind : std::uint8_t {
  counted,  ///< An outcome: success or error.
  crashed,  ///< The lease expired, or the attempt was lost.
  deferred, ///< Not ready yet: a poll.
  released, ///< Given back; as if it had not been.
};

/// A job left its attempt. `state` is where it went: an end, `ready` or `delayed` until `due`.
struct job_settled {
  serial attempt;
  serial number;
  try_kind kind = try_kind::counted;
  job_state state = job_state::succeeded;
  delay_reason delayed_by = delay_reason::none;
  time_point at;
  time_point due{}; ///< When delayed: until; when ready: its new ready-since.
  std::optional<failure> error;
  std::optional<std::string> result;
  std::optional<std::string> checkpoint;
  std::uint32_t batch_limit = 0; ///< New limit on the batches it goes in; 0: unchanged.
};

/// A waiting job was cancelled.
struct job_cancelled {
  serial number;
  time_point at;
};

/// A running job is to be cancelled; any outcome after this gives `cancelled`.
struct cancel_requested {
  serial number;
  time_point at;
};

/// An ended job was put back by hand; its counts start over. `record` when it had left memory.
struct job_revived {
  serial number;
  time_point at;
  std::optional<job_record> record;
};

using event =
    std::variant<job_pushed, job_replaced, jobs_taken, lease_extended, job_settled, job_cancelled,
                 cancel_requested, job_revived, attempt_started, job_exited>;

} // namespace rota::engine
