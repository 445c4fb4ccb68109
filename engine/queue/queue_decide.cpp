// A queue's decisions: commands in, events out; changes nothing.
#include "engine/ensure.hpp"
#include "engine/queue/queue.hpp"

#include <algorithm>
#include <utility>

namespace rota::engine {

// -- shared by all decisions about a try ----------------------------------------------------------

ended_try queue::ended_try_of(const job_cell& job, try_kind kind) const {
  const auto counts = counts_of(job);
  return {.kind = kind,
          .cancel_requested = job.cancel_requested,
          .attempts = counts.attempts,
          .crashes = counts.crashes + (kind == try_kind::crashed ? 1 : 0),
          .max_attempts = max_attempts(job),
          .max_crashes = settings_->max_crashes};
}

job_settled queue::settled_event(const job_cell& job, try_kind kind, time_point now) const {
  job_settled e;
  e.attempt = job.progress->attempt;
  e.number = job.number;
  e.kind = kind;
  e.at = now;
  return e;
}

void queue::set_next_state(job_settled& e, const job_cell& job, fate f) const {
  auto wait_until = [&](time_point due, delay_reason why) {
    bool waits = due > e.at;
    e.state = waits ? job_state::delayed : job_state::ready;
    e.delayed_by = waits ? why : delay_reason::none;
    e.due = due;
  };
  switch (f) {
  case fate::succeeded: e.state = job_state::succeeded; break;
  case fate::failed: e.state = job_state::failed; break;
  case fate::cancelled: e.state = job_state::cancelled; break;
  case fate::ready_again:
    e.state = job_state::ready;
    e.due = job.ready_since;
    break;
  case fate::back_off: {
    auto counts = counts_of(job);
    auto errors = counts.attempts - std::min(counts.attempts, counts.crashes);
    auto delay = backoff_delay(settings_->retry, job.number, counts.attempts, errors);
    wait_until(saturating_add(e.at, delay), delay_reason::backing_off);
    break;
  }
  case fate::poll_later: wait_until(e.due, delay_reason::deferred); break;
  }
}

job_settled queue::settle_failure(const job_cell& job, try_kind kind, failure why, bool retryable,
                                  time_point now) const {
  auto e = settled_event(job, kind, now);
  auto t = ended_try_of(job, kind);
  t.retryable = retryable;
  e.error = std::move(why);
  const auto* entry = leases_.find(e.attempt);
  ensure(entry != nullptr, "a job in flight has an attempt");
  const auto batch = entry->size();
  if (batch > 1)
    e.batch_limit = std::max<std::uint32_t>(1, batch / 2);
  set_next_state(e, job, fate_of(t));
  return e;
}

// -- pushes and takes -----------------------------------------------------------------------------

push_decision queue::decide_push(job_spec spec, serial number, time_point now) const {
  now = at_least_latest(now);
  auto holder = holder_of(spec.options.key, now);
  if (!holder)
    return job_pushed{number, std::move(spec), now};
  const auto* first = cell_of(holder->first);
  auto state = first != nullptr ? first->state : holder->ended.value_or(job_state::succeeded);
  bool replaces = settings_->dedup == dedup_policy::replace;
  if (replaces && has_ended(state))
    return job_pushed{number, std::move(spec), now};
  if (replaces && allows(state, job_command::replace))
    return job_replaced{holder->first, std::move(spec), now};
  return duplicate_push{holder->first, state};
}

std::optional<jobs_taken> queue::decide_take(const take_order& order, time_point now) const {
  auto traits = lanes_.traits(order.lane);
  if (!traits)
    return std::nullopt;
  auto chosen = lanes_.first(jobs_, order.lane, std::min(order.jobs, traits->batch_max));
  if (chosen.empty())
    return std::nullopt;
  jobs_taken e;
  e.attempt = order.attempt;
  e.worker = order.worker;
  e.starting = order.starting;
  e.at = at_least_latest(now);
  e.mark = order.mark;
  e.lease = order.lease.value_or(milliseconds::max());
  e.jobs.reserve(chosen.size());
  for (auto s : chosen) {
    const auto& job = jobs_[s];
    ensure(job.state == job_state::ready, "a taken job is ready");
    e.jobs.push_back(job.number);
    if (!order.lease)
      e.lease = std::min(e.lease, lease_of(job));
  }
  if (e.starting) { // its executor will report the end
    e.lease = {};
    e.deadline = never;
  } else {
    e.deadline = saturating_add(e.at, e.lease);
  }
  return e;
}

// -- the ends of tries ----------------------------------------------------------------------------

result<job_settled> queue::decide_complete(serial attempt, serial job, outcome how,
                                           time_point now) const {
  const auto* held = held_by(attempt, job);
  if (held == nullptr)
    return errc::lease_lost;
  now = at_least_latest(now);
  job_settled e;
  if (how.succeeded) {
    e = settled_event(*held, try_kind::counted, now);
    auto t = ended_try_of(*held, try_kind::counted);
    t.succeeded = true;
    set_next_state(e, *held, fate_of(t));
  } else {
    auto why = how.error ? std::move(*how.error) : failure{"failed without a reason", ""};
    e = settle_failure(*held, try_kind::counted, std::move(why), how.retryable, now);
  }
  e.result = std::move(how.result);
  if (how.finished)
    e.at = std::clamp(*how.finished, leases_.find(attempt)->taken, now);
  return e;
}

result<job_settled> queue::decide_release(serial attempt, serial job, time_point now) const {
  const auto* held = held_by(attempt, job);
  if (held == nullptr)
    return errc::lease_lost;
  auto e = settled_event(*held, try_kind::released, at_least_latest(now));
  set_next_state(e, *held, fate_of(ended_try_of(*held, try_kind::released)));
  return e;
}

result<job_settled> queue::decide_defer(serial attempt, serial job,
                                        std::optional<milliseconds> after,
                                        std::optional<std::string> checkpoint,
                                        time_point now) const {
  const auto* held = held_by(attempt, job);
  if (held == nullptr)
    return errc::lease_lost;
  const auto& p = *held->progress;
  auto e = settled_event(*held, try_kind::deferred, at_least_latest(now));
  bool progress = checkpoint && (!p.checkpoint || *p.checkpoint != *checkpoint);
  auto plan = plan_poll(settings_->poll,
                        {.polls = p.counts.polls + 1,
                         .polls_in_row = progress ? 0 : p.counts.polls_in_row,
                         .first_deferred = p.first_deferred == never ? e.at : p.first_deferred,
                         .after = after,
                         .now = e.at});
  auto t = ended_try_of(*held, try_kind::deferred);
  t.polls_exhausted = plan.exhausted.has_value();
  e.due = plan.due;
  e.checkpoint = std::move(checkpoint);
  auto f = fate_of(t);
  if (f == fate::failed)
    e.error = std::move(plan.exhausted);
  set_next_state(e, *held, f);
  return e;
}

result<job_settled> queue::decide_lost(serial attempt, serial job, time_point now) const {
  const auto* held = held_by(attempt, job);
  if (held == nullptr)
    return errc::lease_lost;
  return settle_failure(*held, try_kind::crashed, {"the attempt was lost", "crashed"}, true,
                        at_least_latest(now));
}

result<attempt_started> queue::decide_started(serial attempt, std::string handle, time_point at,
                                              time_point now) const {
  const auto* entry = leases_.find(attempt);
  if (entry == nullptr || !entry->starting)
    return errc::lease_lost;
  return attempt_started{attempt, std::move(handle),
                         std::clamp(at, entry->taken, at_least_latest(now))};
}

result<lease_extended> queue::decide_extend(serial attempt, std::optional<milliseconds> lease,
                                            time_point now) const {
  const auto* entry = leases_.find(attempt);
  if (entry == nullptr || entry->executed)
    return errc::lease_lost;
  auto length = lease.value_or(entry->lease);
  auto deadline = std::max(entry->deadline, saturating_add(at_least_latest(now), length));
  return lease_extended{attempt, length, deadline};
}

std::optional<event> queue::decide_overdue(time_point now) const {
  now = at_least_latest(now);
  const auto* due = leases_.next_due();
  if (due == nullptr || due->at > now)
    return std::nullopt;
  if (due->kind == due_kind::timeout) {
    const auto* job = cell_of(due->number);
    ensure(job != nullptr && is_in_flight(job->state), "a job whose timeout expires is in flight");
    return settle_failure(*job, try_kind::counted, {"the attempt timed out", "timeout"}, true, now);
  }
  const auto* entry = leases_.find(due->number);
  ensure(entry != nullptr && entry->live > 0, "an expiring lease holds a job");
  const auto& job = jobs_[entry->jobs[entry->head]];
  return settle_failure(job, try_kind::crashed, {"the lease expired", "crashed"}, true, now);
}

// -- cancelling and reviving ----------------------------------------------------------------------

result<cancel_decision> queue::decide_cancel(serial job, time_point now) const {
  const auto* found = cell_of(job);
  if (found == nullptr)
    return errc::not_found;
  if (!allows(found->state, job_command::cancel))
    return errc::wrong_state;
  now = at_least_latest(now);
  if (is_waiting(found->state))
    return cancel_decision{job_cancelled{job, now}};
  return cancel_decision{cancel_requested{job, now}};
}

result<job_revived> queue::decide_revive(serial job, time_point now) const {
  const auto* found = cell_of(job);
  if (found == nullptr)
    return errc::not_found;
  if (!allows(found->state, job_command::revive))
    return errc::wrong_state;
  return job_revived{job, at_least_latest(now), std::nullopt};
}

result<job_revived> queue::decide_revive(job_record record, time_point now) const {
  if (!allows(record.state, job_command::revive) || cell_of(record.number) != nullptr)
    return errc::wrong_state;
  auto number = record.number;
  return job_revived{number, at_least_latest(now), std::move(record)};
}

} // namespace rota::engine
