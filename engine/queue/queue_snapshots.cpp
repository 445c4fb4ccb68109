// What a queue passes to snapshots, and how it is restored from them.
#include "engine/ensure.hpp"
#include "engine/queue/queue.hpp"

#include <utility>

namespace rota::engine {

// -- after a restart ------------------------------------------------------------------------------

void queue::restore(job_record record) {
  if (cell_of(record.number) != nullptr)
    return;
  auto terms = std::exchange(record.attempt, {});
  // Without its attempt the try could never end.
  if (is_in_flight(record.state) && !terms)
    record.state = job_state::ready;
  auto s = add_record(std::move(record));
  auto& job = jobs_[s];
  job.stored = true;
  if (is_in_flight(job.state)) {
    const bool executed = progress_of(job).execution != nullptr;
    auto& entry = leases_.open(terms->number, *terms, executed);
    if (!entry.traits)
      entry.traits = to_traits(traits_of(job, *settings_));
    leases_.add_job(jobs_, terms->number, s, executed ? never : timeout_end(job, terms->taken));
  }
  attach(s);
  claim_key(job, job.created);
  if (keys_ && has_ended(job.state) && !key_of(job).empty()) {
    keys_->release(key_of(job), job.number, job.state,
                   saturating_add(progress_of(job).finished, settings_->dedup_for));
  }
}

void queue::restore_key(std::string key, serial first, job_state state, time_point forget_at) {
  if (!keys_)
    keys_ = std::make_unique<dedup_keys>();
  keys_->restore(std::move(key), first, state, forget_at);
}

void queue::renew_leases(time_point now) {
  advance(now);
  leases_.renew(latest_);
}

// -- snapshots ------------------------------------------------------------------------------------

std::vector<queue::dirty_job> queue::take_dirty(std::size_t limit) {
  std::vector<dirty_job> taken;
  while (first_dirty_ != no_slot && taken.size() < limit) {
    auto& job = jobs_[first_dirty_];
    taken.push_back({job.number, std::exchange(job.stored, true)});
    job.dirty = false;
    ensure(dirty_ > 0, "the number of changed jobs is never below zero");
    --dirty_;
    first_dirty_ = std::exchange(job.next_dirty, no_slot);
  }
  if (first_dirty_ == no_slot)
    last_dirty_ = no_slot;
  return taken;
}

std::vector<key_change> queue::take_key_changes(std::size_t limit) {
  return keys_ ? keys_->take_changes(limit) : std::vector<key_change>{};
}

void queue::forget(serial job) {
  auto s = jobs_.find(job);
  if (s == no_slot || !has_ended(jobs_[s].state) || jobs_[s].dirty)
    return;
  detach(s);
  jobs_.remove(s);
}

} // namespace rota::engine
