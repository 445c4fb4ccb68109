#include "engine/queue/job_rules.hpp"

#include "engine/virtual_time.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rota::engine {

namespace {

using state_set = std::uint8_t;

template <class... States>
constexpr state_set any_of(States... states) {
  return static_cast<state_set>((0U | ... | (1U << static_cast<unsigned>(states))));
}

using enum job_state;
constexpr state_set none = 0;
constexpr state_set ends = any_of(succeeded, failed, cancelled);

/// One row per state (in job_state's order), one column per command (in job_command's order): the
/// states that the command may lead to; none means refused. Cancelling a running try keeps its
/// state and only sets its flag.
constexpr std::array<std::array<state_set, job_command_count>, job_state_count> table{{
    // come_due, replace, take, complete, crash, defer, release, cancel, revive
    {any_of(ready), any_of(delayed, ready), none, none, none, none, none, any_of(cancelled), none},
    {none, any_of(delayed, ready), any_of(starting, running), none, none, none, none,
     any_of(cancelled), none},
    {none, none, none, ends | any_of(delayed, ready), any_of(ready, failed, cancelled),
     any_of(delayed, ready, failed, cancelled), any_of(ready, cancelled), any_of(starting), none},
    {none, none, none, ends | any_of(delayed, ready), any_of(ready, failed, cancelled),
     any_of(delayed, ready, failed, cancelled), any_of(ready, cancelled), any_of(running), none},
    {none, none, none, none, none, none, none, none, none},
    {none, none, none, none, none, none, none, none, any_of(ready)},
    {none, none, none, none, none, none, none, none, any_of(ready)},
}};

state_set targets(job_state from, job_command command) {
  return table[static_cast<std::size_t>(from)][static_cast<std::size_t>(command)];
}

/// Scatters a number over 64 bits (splitmix64).
std::uint64_t scatter(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

std::int64_t saturated(wide x) {
  return static_cast<std::int64_t>(
      std::clamp<wide>(x, std::numeric_limits<std::int64_t>::min(), most));
}

duration from_ms(milliseconds d) { return duration{saturated(wide{d.count()} * 1000)}; }

} // namespace

bool allows(job_state from, job_command command) { return targets(from, command) != none; }

bool leads_to(job_state from, job_command command, job_state to) {
  return (targets(from, command) & any_of(to)) != 0;
}

job_command command_of(try_kind kind) {
  switch (kind) {
  case try_kind::crashed: return job_command::crash;
  case try_kind::deferred: return job_command::defer;
  case try_kind::released: return job_command::release;
  case try_kind::counted: break;
  }
  return job_command::complete;
}

fate fate_of(const ended_try& t) {
  if (t.cancel_requested)
    return fate::cancelled;
  switch (t.kind) {
  case try_kind::released: return fate::ready_again;
  case try_kind::crashed: return t.crashes > t.max_crashes ? fate::failed : fate::ready_again;
  case try_kind::deferred: return t.polls_exhausted ? fate::failed : fate::poll_later;
  case try_kind::counted: break;
  }
  if (t.succeeded)
    return fate::succeeded;
  auto errors = t.attempts - std::min(t.attempts, t.crashes);
  return !t.retryable || errors >= t.max_attempts ? fate::failed : fate::back_off;
}

duration backoff_cap(const retry_settings& retry, std::uint32_t errors) {
  auto doublings = std::min<std::uint32_t>(errors == 0 ? 0 : errors - 1, 62);
  auto base = wide{std::max<std::int64_t>(retry.base.count(), 0)};
  auto cap = wide{std::max<std::int64_t>(retry.max.count(), 0)};
  return duration{saturated(std::min(base << doublings, cap) * 1000)};
}

duration backoff_delay(const retry_settings& retry, serial job, std::uint32_t attempts,
                       std::uint32_t errors) {
  auto cap = backoff_cap(retry, errors);
  if (!retry.jitter || cap.count() == most)
    return cap;
  auto draw = scatter(job.value ^ scatter(attempts));
  __extension__ using product = unsigned __int128;
  auto scaled = (product{draw} * (static_cast<std::uint64_t>(cap.count()) + 1)) >> 64;
  return duration{static_cast<std::int64_t>(scaled)};
}

duration poll_delay(const poll_settings& poll, std::uint32_t polls_in_row) {
  auto wanted = static_cast<double>(poll.min.count()) * std::pow(poll.factor, polls_in_row);
  auto cap = static_cast<double>(poll.max.count());
  if (!(wanted < cap))
    return from_ms(poll.max);
  return duration{static_cast<std::int64_t>(std::llround(std::max(wanted, 0.0) * 1000.0))};
}

poll_plan plan_poll(const poll_settings& poll, const poll_request& request) {
  if (poll.max_polls && request.polls > *poll.max_polls) {
    return {failure{"not ready after " + std::to_string(*poll.max_polls) + " polls", "max_polls"},
            {}};
  }
  auto deadline = poll.deadline ? saturating_add(request.first_deferred, *poll.deadline) : never;
  if (request.now >= deadline)
    return {failure{"not ready before its deadline", "deadline"}, {}};
  auto due = request.after ? saturating_add(request.now, std::max(*request.after, milliseconds{0}))
                           : saturating_add(request.now, poll_delay(poll, request.polls_in_row));
  return {std::nullopt, std::min(due, deadline)};
}

order_key order_of(time_point ready_since, int priority, milliseconds age) {
  return saturated(wide{to_us(ready_since)} + wide{priority} * age.count() * 1000);
}

time_point saturating_add(time_point t, duration d) {
  return from_us(saturated(wide{to_us(t)} + d.count()));
}

time_point saturating_add(time_point t, milliseconds d) { return saturating_add(t, from_ms(d)); }

} // namespace rota::engine
