// Checks that a queue's trees, lanes, attempts and counts match its jobs.
#include "engine/queue/queue.hpp"

#include <string>

namespace rota::engine {

namespace {

std::string about(const job_cell& job, const char* finding) {
  return "job " + std::to_string(job.number.value) + " " + finding;
}

} // namespace

/// Called when a job in a counted cell changes: before with -1, after with 1.
void queue::recount(slot s, int by) {
  if (recount_ && s < recount_->next)
    recount_->counted.count(jobs_[s], by);
}

std::optional<std::string> queue::audit_job(slot s) const {
  const auto& job = jobs_[s];
  if (!by_state_[static_cast<std::size_t>(job.state)].contains(jobs_, s))
    return about(job, "is not in order among the jobs of its state");
  if (job.state == job_state::ready && !ready_.contains(jobs_, s))
    return about(job, "is not in order among the ready jobs");
  if (job.state == job_state::ready && !lanes_.holds(jobs_, s, *settings_))
    return about(job, "is not in order in its lane");
  if (job.state == job_state::delayed && !delayed_.contains(jobs_, s))
    return about(job, "is not in order among the delayed jobs");
  if (is_in_flight(job.state)) {
    const auto* entry = job.progress ? leases_.find(job.progress->attempt) : nullptr;
    const bool held = entry != nullptr && job.progress->place < entry->jobs.size() &&
                      entry->jobs[job.progress->place] == s;
    if (!held)
      return about(job, "is in flight but held by no attempt");
  } else if (job.progress && job.progress->attempt != serial{}) {
    return about(job, "is held by an attempt but not in flight");
  }
  if (!has_ended(job.state) && !key_of(job).empty()) {
    const auto holder = keys_ ? keys_->find(key_of(job), latest_) : std::nullopt;
    if (!holder || holder->ended || holder->first != job.number)
      return about(job, "has an idempotency key that is assigned to another job or to none");
  }
  return std::nullopt;
}

std::optional<std::string> queue::audit_totals(const queue_totals& counted) const {
  if (counted.in_state != in_state_)
    return "jobs by state differ from a recount";
  if (counted.waiting_bytes != waiting_bytes_)
    return "bytes of waiting payloads differ from a recount";
  if (!lanes_.have(counted.ready_in_lane))
    return "ready jobs by lane differ from a recount";
  if (ready_.size(jobs_) != in_state_[static_cast<std::size_t>(job_state::ready)])
    return "the number of jobs in the order of ready jobs differs from their count";
  std::size_t held = 0;
  for (const auto& [attempt, entry] : leases_.entries()) {
    if (entry.live == 0)
      return "attempt " + std::to_string(attempt.value) + " holds no job";
    held += entry.live;
  }
  if (held != counts().running)
    return "the number of jobs held by attempts differs from the number in flight";
  if ((dirty_ == 0) != (first_dirty_ == no_slot))
    return "the count of changed jobs contradicts their list";
  return std::nullopt;
}

audit_result queue::audit_step(std::size_t jobs_max) {
  if (!recount_)
    recount_ = std::make_unique<queue_recount>();
  auto left = jobs_max;
  for (auto& next = recount_->next; next < jobs_.cells() && left > 0; ++next, --left) {
    if (!is_used(next))
      continue;
    if (auto finding = audit_job(next))
      return {true, std::move(finding)};
    recount_->counted.count(jobs_[next], 1);
  }
  if (recount_->next < jobs_.cells())
    return {};
  auto finding = audit_totals(recount_->counted);
  recount_.reset();
  return {true, std::move(finding)};
}

std::optional<std::string> queue::audit() const {
  queue_totals counted;
  std::size_t changed = 0;
  for (slot s = 0; s < jobs_.cells(); ++s) {
    if (!is_used(s))
      continue;
    if (auto finding = audit_job(s))
      return finding;
    counted.count(jobs_[s], 1);
    changed += jobs_[s].dirty ? 1 : 0;
  }
  if (changed != dirty_)
    return "changed jobs differ from a recount";
  return audit_totals(counted);
}

} // namespace rota::engine
