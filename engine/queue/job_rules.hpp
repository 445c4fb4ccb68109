// The rules of one job's life, as data and pure functions: which change of state is allowed, what a
// try's end leads to, and how long a job then waits.
#pragma once
#include "engine/events.hpp"
#include "engine/job.hpp"
#include "engine/lane.hpp"
#include "engine/settings.hpp"
#include "engine/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rota::engine {

// -- the state table ------------------------------------------------------------------------------

/// What can happen to a job.
enum class job_command : std::uint8_t {
  come_due, ///< Time alone: a delayed job becomes ready.
  replace,  ///< A push with the same key gives it a new payload.
  take,     ///< An attempt takes it.
  complete, ///< Its try ended with a result or an error (a timeout is one).
  crash,    ///< Its lease expired or its attempt was lost.
  defer,    ///< Its work isn't ready yet.
  release,  ///< Its attempt gives it back.
  cancel,
  revive, ///< Put back by hand after its end.
};
inline constexpr std::size_t job_command_count = 9;
inline constexpr std::size_t job_state_count = 7;

/// The command's word, for tests and logs.
std::string_view to_text(job_command command);

/// Whether `command` can happen to a job in state `from` at all.
bool allows(job_state from, job_command command);
/// Whether it may leave the job in state `to`.
bool leads_to(job_state from, job_command command, job_state to);

/// The command that an attempt's end of this kind is.
job_command command_of(try_kind kind);

// -- what a try's end leads to --------------------------------------------------------------------

/// All that the decision between retry and end depends on.
struct ended_try {
  try_kind kind = try_kind::counted;
  bool succeeded = false;       ///< Of a counted one.
  bool retryable = true;        ///< Of a counted one that did not succeed.
  bool polls_exhausted = false; ///< Of a deferred one: a limit on polling is reached.
  bool cancel_requested = false;
  std::uint32_t attempts = 1; ///< This try included.
  std::uint32_t crashes = 0;  ///< This try included if it crashed.
  std::uint32_t max_attempts = 1;
  std::uint32_t max_crashes = 0;
};

enum class fate : std::uint8_t {
  succeeded,
  failed,
  cancelled,
  ready_again, ///< At its old place in the order: it did not lose its turn by its own fault.
  back_off,    ///< Delayed after an error.
  poll_later,  ///< Delayed after a defer.
};

/// The one place that decides between another try and the end. Cancel beats everything; an error
/// ends a job when attempts - crashes >= max_attempts, a crash when crashes > max_crashes.
fate fate_of(const ended_try& t);

// -- how long it waits ----------------------------------------------------------------------------

/// The wait after the n-th error of a job (n from 1): min(max, base x 2^(n-1)), without jitter.
duration backoff_cap(const retry_settings& retry, std::uint32_t errors);

/// The same with full jitter where the type wants it: anything from 0 to the cap, both included. A
/// function of job and attempts alone, so that a run can be repeated.
duration backoff_delay(const retry_settings& retry, serial job, std::uint32_t attempts,
                       std::uint32_t errors);

/// The wait before the next poll: min(max, min x factor^polls_in_row).
duration poll_delay(const poll_settings& poll, std::uint32_t polls_in_row);

/// What a defer asks, and what the job has behind it.
struct poll_request {
  std::uint32_t polls = 1; ///< This one included.
  std::uint32_t polls_in_row =
      0; ///< Without progress before this one; 0 when this one is progress.
  time_point first_deferred{};
  std::optional<milliseconds> after; ///< The backend's wish (Retry-After).
  time_point now{};
};

struct poll_plan {
  std::optional<failure> exhausted; ///< A limit is reached; the job fails with this.
  time_point due{};                 ///< Else the time of the next poll, never past the deadline.
};

/// More than max_polls polls, or a poll at or past the deadline, exhaust the job. A next poll that
/// would be past the deadline is moved to it: the last one.
poll_plan plan_poll(const poll_settings& poll, const poll_request& request);

// -- order and arithmetic -------------------------------------------------------------------------

/// ready_since + priority x age, in microseconds; saturates.
order_key order_of(time_point ready_since, int priority, milliseconds age);

/// t + d without overflow; `never` stays never.
time_point later(time_point t, duration d);
/// The same for the wire's unit; milliseconds of any size.
time_point later(time_point t, milliseconds d);

} // namespace rota::engine
