// The rules of a job's life, as data and pure functions: which changes of state are permitted, what
// the end of a try leads to, and how long the job then waits.
#pragma once
#include "engine/events.hpp"
#include "engine/job.hpp"
#include "engine/lane.hpp"
#include "engine/settings.hpp"
#include "engine/time.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace rota::engine {

// -- the state table ------------------------------------------------------------------------------

/// What can happen to a job.
enum class job_command : std::uint8_t {
  come_due, ///< A delayed job becomes ready, by time alone.
  replace,  ///< A push with the same key replaces its spec.
  take,     ///< An attempt takes it.
  complete, ///< Its try ended with a result or an error, such as a timeout.
  crash,    ///< Its lease expired or its attempt was lost.
  defer,    ///< Its work is not ready yet.
  release,  ///< Its attempt gives it back.
  cancel,
  revive, ///< An operator made it ready after its end.
};
inline constexpr std::size_t job_command_count = 9;
inline constexpr std::size_t job_state_count = 7;

/// Whether `command` is permitted for a job in state `from`.
bool allows(job_state from, job_command command);
/// Whether `command` may change a job's state from `from` to `to`.
bool leads_to(job_state from, job_command command, job_state to);

/// The command that corresponds to the end of an attempt of this kind.
job_command command_of(try_kind kind);

// -- the end of a try -----------------------------------------------------------------------------

/// Everything that determines whether a job is tried again.
struct ended_try {
  try_kind kind = try_kind::counted;
  bool succeeded = false;       ///< If counted.
  bool retryable = true;        ///< If counted and not succeeded.
  bool polls_exhausted = false; ///< If deferred: a limit on polling is reached.
  bool cancel_requested = false;
  std::uint32_t attempts = 1; ///< Includes this try.
  std::uint32_t crashes = 0;  ///< Includes this try if it crashed.
  std::uint32_t max_attempts = 1;
  std::uint32_t max_crashes = 0;
};

enum class fate : std::uint8_t {
  succeeded,
  failed,
  cancelled,
  ready_again, ///< At its old place in the order: losing the turn was not its fault.
  back_off,    ///< Delayed after an error.
  poll_later,  ///< Delayed after a defer.
};

/// The only function that chooses between another try and the end. A requested cancel takes
/// precedence; an error ends a job when attempts - crashes >= max_attempts, a crash when crashes >
/// max_crashes.
fate fate_of(const ended_try& t);

// -- delays ---------------------------------------------------------------------------------------

/// The maximum delay after a job's n-th error (`errors`, from 1), without jitter: min(max, base x
/// 2^(n-1)).
duration backoff_cap(const retry_settings& retry, std::uint32_t errors);

/// The delay with full jitter if the type has jitter: between 0 and the cap, both included. A
/// function of job and attempts alone, so that runs can be reproduced.
duration backoff_delay(const retry_settings& retry, serial job, std::uint32_t attempts,
                       std::uint32_t errors);

/// The delay before the next poll: min(max, min x factor^polls_in_row).
duration poll_delay(const poll_settings& poll, std::uint32_t polls_in_row);

/// What a defer requests, and the job's polls so far.
struct poll_request {
  std::uint32_t polls = 1; ///< Includes this one.
  std::uint32_t polls_in_row =
      0; ///< Without progress, before this one; 0 if this one made progress.
  time_point first_deferred{};
  std::optional<milliseconds> after; ///< Requested by the backend (Retry-After).
  time_point now{};
};

struct poll_plan {
  std::optional<failure> exhausted; ///< Set if a limit is reached; the job fails with it.
  time_point due{};                 ///< Otherwise the time of the next poll, never after the
                                    ///< deadline.
};

/// A job exceeds its limits with more than max_polls polls, or with a poll at or after the
/// deadline. A next poll after the deadline is moved to it and is the last one.
poll_plan plan_poll(const poll_settings& poll, const poll_request& request);

// -- order and arithmetic -------------------------------------------------------------------------

/// ready_since + priority x age, in microseconds; saturates.
order_key order_of(time_point ready_since, int priority, milliseconds age);

/// t + d; saturates at `never`, and `never` stays never.
time_point saturating_add(time_point t, duration d);
/// The same for milliseconds, the wire's unit, of any magnitude.
time_point saturating_add(time_point t, milliseconds d);

} // namespace rota::engine
