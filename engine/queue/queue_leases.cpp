#include "engine/queue/queue_leases.hpp"

#include "engine/ensure.hpp"
#include "engine/queue/job_rules.hpp"

#include <algorithm>

namespace rota::engine {

const lease_entry* lease_table::find(serial attempt) const {
  auto found = entries_.find(attempt);
  return found == entries_.end() ? nullptr : &found->second;
}

void lease_table::set_deadline(serial attempt, lease_entry& entry, time_point deadline) {
  if (entry.deadline != never)
    dues_.erase({entry.deadline, due_kind::expiry, attempt});
  entry.deadline = deadline;
  if (deadline != never)
    dues_.insert({deadline, due_kind::expiry, attempt});
}

lease_entry& lease_table::open(serial attempt, const attempt_record& terms, bool executed) {
  auto [place, fresh] = entries_.try_emplace(attempt);
  auto& entry = place->second;
  if (fresh) {
    static_cast<attempt_record&>(entry) = terms;
    entry.executed = executed;
    entry.deadline = never;
    set_deadline(attempt, entry, terms.deadline);
  }
  return entry;
}

void lease_table::add_job(job_store& jobs, serial attempt, slot job, time_point timeout_at) {
  const auto found = entries_.find(attempt);
  ensure(found != entries_.end(), "an attempt is open when it takes jobs");
  auto& entry = found->second;
  auto& cell = jobs[job];
  auto& progress = progress_of(cell);
  ensure(progress.attempt == serial{}, "a job is held by one attempt at a time");
  progress.attempt = attempt;
  progress.timeout_at = timeout_at;
  if (timeout_at != never)
    dues_.insert({timeout_at, due_kind::timeout, cell.number});
  auto place = entry.jobs.size();
  while (place > 0 && entry.jobs[place - 1] != no_slot &&
         precedes(cell, jobs[entry.jobs[place - 1]]))
    --place;
  entry.jobs.insert(entry.jobs.begin() + static_cast<std::ptrdiff_t>(place), job);
  for (auto i = place; i < entry.jobs.size(); ++i) {
    if (entry.jobs[i] != no_slot)
      jobs[entry.jobs[i]].progress->place = static_cast<std::uint32_t>(i);
  }
  entry.head = std::min(entry.head, static_cast<std::uint32_t>(place));
  ++entry.live;
}

std::optional<duration> lease_table::remove_job(job_store& jobs, slot job, time_point at) {
  auto& cell = jobs[job];
  auto& progress = *cell.progress;
  auto found = entries_.find(progress.attempt);
  ensure(found != entries_.end(), "an attempt is settled once");
  auto& entry = found->second;
  ensure(progress.place < entry.jobs.size() && entry.jobs[progress.place] == job && entry.live > 0,
         "an attempt settles only jobs that it holds");
  if (progress.timeout_at != never)
    dues_.erase({progress.timeout_at, due_kind::timeout, cell.number});
  entry.jobs[progress.place] = no_slot;
  progress.attempt = {};
  progress.timeout_at = never;
  progress.place = 0;
  if (--entry.live > 0) {
    while (entry.jobs[entry.head] == no_slot)
      ++entry.head;
    return std::nullopt;
  }
  auto ran = std::max(at - entry.taken, duration{0});
  set_deadline(found->first, entry, never);
  entries_.erase(found);
  return ran;
}

void lease_table::extend(serial attempt, milliseconds lease, time_point deadline) {
  auto found = entries_.find(attempt);
  if (found != entries_.end()) {
    found->second.lease = lease;
    set_deadline(attempt, found->second, deadline);
  }
}

void lease_table::started(serial attempt) {
  auto found = entries_.find(attempt);
  if (found != entries_.end())
    found->second.starting = false;
}

void lease_table::renew(time_point now) {
  for (auto& [attempt, entry] : entries_) {
    if (!entry.executed)
      set_deadline(attempt, entry, std::max(entry.deadline, saturating_add(now, entry.lease)));
  }
}

} // namespace rota::engine
