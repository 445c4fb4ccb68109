// A naive model of the queue's rules: a list of jobs, each with the list of what happened to it;
// everything else is recomputed on each call. Slow, and simple enough to be trusted.
#pragma once
#include "engine/queue/queue.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace rota::engine::test {

class queue_model {
public:
  explicit queue_model(type_settings settings) : settings_(std::move(settings)) {}

  struct job {
    job_record record;
    std::vector<try_kind> tries; ///< Ended tries since the job was pushed or revived.
    order_key order = 0;
    std::optional<time_point> timeout_at;
  };
  struct lease {
    std::vector<serial> held;
    std::size_t size = 0;
    attempt_record terms;
  };

  const std::vector<job>& jobs() const { return jobs_; }
  const std::map<serial, lease>& leases() const { return leases_; }

  job* find(serial number) {
    const auto found =
        std::ranges::find(jobs_, number, [](const job& j) { return j.record.number; });
    return found == jobs_.end() ? nullptr : &*found;
  }

  // -- commands -----------------------------------------------------------------------------------

  void pass(time_point now) {
    for (auto& j : jobs_) {
      if (j.record.state == job_state::delayed && j.record.ready_since <= now)
        become_ready(j, j.record.ready_since);
    }
    std::erase_if(keys_, [now](const auto& k) { return k.second.forget_at <= now; });
  }

  /// The job that holds the key, or nothing.
  std::optional<serial> holder(const std::string& key) const {
    auto found = keys_.find(key);
    return key.empty() || found == keys_.end() ? std::nullopt : std::optional{found->second.first};
  }
  job_state holder_state(const std::string& key) {
    auto& k = keys_.at(key);
    auto* j = find(k.first);
    return j != nullptr ? j->record.state : k.ended;
  }

  void push(serial number, const job_spec& spec, time_point now) {
    job j;
    j.record.number = number;
    j.record.created = now;
    schedule(j, spec, now);
    if (!spec.options.key.empty())
      keys_[spec.options.key] = {number, job_state::ready, never};
    jobs_.push_back(j);
  }
  void replace(serial number, const job_spec& spec, time_point now) {
    auto& j = *find(number);
    j.record.checkpoint.reset();
    schedule(j, spec, now);
  }

  void take(serial attempt, const std::vector<serial>& jobs, const std::string& worker,
            milliseconds lease, time_point now) {
    auto& l = leases_[attempt];
    l.held = jobs;
    l.size = jobs.size();
    l.terms = {attempt, worker, false, lease, now, now + lease};
    for (auto number : jobs) {
      auto& j = *find(number);
      j.record.state = job_state::running;
      j.record.delayed_by = delay_reason::none;
      j.record.started = now;
      j.record.worker = worker;
      auto timeout =
          j.record.spec.options.timeout ? j.record.spec.options.timeout : settings_.timeout;
      j.timeout_at = timeout ? std::optional{now + *timeout} : std::nullopt;
    }
  }

  /// Ends a try. `due` is the time chosen by the queue for a job that waits.
  void end_try(serial attempt, serial number, try_kind kind, bool succeeded, bool retryable,
               bool polls_exhausted, time_point due, time_point now) {
    auto& j = *find(number);
    auto& l = leases_.at(attempt);
    std::erase(l.held, number);
    auto size = l.size;
    if (l.held.empty())
      leases_.erase(attempt);
    j.timeout_at.reset();
    j.tries.push_back(kind);
    bool failure = kind == try_kind::crashed || (kind == try_kind::counted && !succeeded);
    if (failure && size > 1)
      j.record.batch_limit = static_cast<std::uint32_t>(std::max<std::size_t>(1, size / 2));
    auto crashes = count(j, try_kind::crashed);
    auto errors = count(j, try_kind::counted);
    auto max = j.record.spec.options.max_attempts.value_or(settings_.retry.max_attempts);
    if (j.record.cancel_requested) {
      finish(j, job_state::cancelled, now);
    } else if (kind == try_kind::counted && succeeded) {
      finish(j, job_state::succeeded, now);
    } else if ((kind == try_kind::counted && (!retryable || errors >= max)) ||
               (kind == try_kind::crashed && crashes > settings_.max_crashes) ||
               (kind == try_kind::deferred && polls_exhausted)) {
      finish(j, job_state::failed, now);
    } else if (kind == try_kind::crashed || kind == try_kind::released) {
      j.record.started.reset();
      become_ready(j, j.record.ready_since);
    } else {
      j.record.started.reset();
      wait_until(j, due, now,
                 kind == try_kind::deferred ? delay_reason::deferred : delay_reason::backing_off);
    }
  }

  void cancel(serial number, time_point now) {
    auto& j = *find(number);
    if (is_waiting(j.record.state))
      finish(j, job_state::cancelled, now);
    else
      j.record.cancel_requested = true;
  }

  void revive(job_record record, time_point now) {
    const auto number = record.number;
    if (find(number) == nullptr)
      jobs_.emplace_back().record = std::move(record);
    auto& j = *find(number);
    j.tries.clear();
    j.record.cancel_requested = false;
    j.record.started.reset();
    j.record.finished.reset();
    j.record.first_deferred.reset();
    j.record.counts.polls_in_row = 0;
    j.record.worker.clear();
    j.record.result.reset();
    auto& key = j.record.spec.options.key;
    auto held = keys_.find(key);
    bool free = held == keys_.end() || has_ended(held->second.ended) ||
                held->second.first == j.record.number;
    if (!key.empty() && free)
      keys_[key] = {j.record.number, job_state::ready, never};
    else
      key.clear();
    become_ready(j, now);
  }

  void forget_ended() {
    std::erase_if(jobs_, [](const job& j) { return has_ended(j.record.state); });
  }

  void extend(serial attempt, milliseconds lease, time_point now) {
    auto& terms = leases_.at(attempt).terms;
    terms.lease = lease;
    terms.deadline = std::max(terms.deadline, now + lease);
  }

  // -- answers ------------------------------------------------------------------------------------

  job_record record(const job& j) const {
    auto r = j.record;
    r.counts.crashes = count(j, try_kind::crashed);
    r.counts.polls = count(j, try_kind::deferred);
    r.counts.attempts = r.counts.crashes + count(j, try_kind::counted);
    if (is_in_flight(r.state)) {
      ++r.counts.attempts;
      for (const auto& [number, l] : leases_) {
        if (std::find(l.held.begin(), l.held.end(), r.number) != l.held.end())
          r.attempt = l.terms;
      }
    }
    return r;
  }

  std::vector<const job*> ready() const {
    std::vector<const job*> found;
    for (const auto& j : jobs_) {
      if (j.record.state == job_state::ready)
        found.push_back(&j);
    }
    std::sort(found.begin(), found.end(), [](auto* a, auto* b) {
      return std::tie(a->order, a->record.number) < std::tie(b->order, b->record.number);
    });
    return found;
  }

  lane_traits traits(const job& j) const {
    const auto& s = j.record.spec.options;
    lane_traits t{s.concurrency_key, s.slots, 1, ""};
    if (settings_.batch && s.batches) {
      auto limit = j.record.batch_limit;
      auto max = settings_.batch->max_size;
      t.batch_max = limit == 0 ? max : std::min(max, limit);
      t.batch_key = t.batch_max > 1 ? s.batch_key : "";
    }
    return t;
  }

  std::map<lane_traits, std::vector<const job*>> lanes() const {
    std::map<lane_traits, std::vector<const job*>> found;
    for (const auto* j : ready())
      found[traits(*j)].push_back(j);
    return found;
  }

  time_point next_wake() const {
    auto wake = never;
    for (const auto& j : jobs_) {
      if (j.record.state == job_state::delayed)
        wake = std::min(wake, j.record.ready_since);
      if (j.timeout_at)
        wake = std::min(wake, *j.timeout_at);
    }
    for (const auto& [number, l] : leases_)
      wake = std::min(wake, l.terms.deadline);
    for (const auto& [key, k] : keys_)
      wake = std::min(wake, k.forget_at);
    return wake;
  }

private:
  struct key {
    serial first;
    job_state ended = job_state::ready;
    time_point forget_at = never;
  };

  static std::uint32_t count(const job& j, try_kind kind) {
    return static_cast<std::uint32_t>(std::count(j.tries.begin(), j.tries.end(), kind));
  }
  void place(job& j, time_point since) {
    j.record.ready_since = since;
    j.order = to_us(since) + j.record.spec.priority * settings_.age.count() * 1000;
  }
  void become_ready(job& j, time_point since) {
    j.record.state = job_state::ready;
    j.record.delayed_by = delay_reason::none;
    place(j, since);
  }
  void wait_until(job& j, time_point due, time_point now, delay_reason why) {
    if (due <= now) {
      become_ready(j, now);
      return;
    }
    j.record.state = job_state::delayed;
    j.record.delayed_by = why;
    place(j, due);
  }
  void schedule(job& j, const job_spec& spec, time_point now) {
    j.record.spec = spec;
    wait_until(j, spec.options.not_before.value_or(now), now, delay_reason::scheduled);
  }
  void finish(job& j, job_state end, time_point now) {
    j.record.state = end;
    j.record.delayed_by = delay_reason::none;
    j.record.finished = now;
    auto held = keys_.find(j.record.spec.options.key);
    if (held != keys_.end() && held->second.first == j.record.number) {
      held->second.ended = end;
      held->second.forget_at = now + settings_.dedup_for;
    }
  }

  type_settings settings_;
  std::vector<job> jobs_;
  std::map<serial, lease> leases_;
  std::map<std::string, key> keys_;
};

} // namespace rota::engine::test
