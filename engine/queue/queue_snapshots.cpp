// What a queue gives to snapshots, and how it is built from them again.
#include "engine/queue/queue_impl.hpp"

namespace rota::engine {

// -- after a restart ------------------------------------------------------------------------------

void queue::restore(job_record record) {
  auto& q = *impl_;
  if (q.find(record.number) != nullptr) {
    return;
  }
  auto terms = std::exchange(record.attempt, {});
  // A try without its attempt could never end.
  if (is_in_flight(record.state) && !terms) {
    record.state = job_state::ready;
  }
  auto s = q.unpack(std::move(record));
  auto& job = q.jobs[s];
  job.stored = true;
  if (is_in_flight(job.state)) {
    const bool executed = progress_of(job).execution != nullptr;
    auto& entry = q.leases.open(terms->number, *terms, executed);
    if (!entry.traits) {
      entry.traits = own(traits_of(job, *q.settings));
    }
    q.leases.hold(q.jobs, terms->number, s, executed ? never : q.timeout_end(job, terms->taken));
  }
  q.attach(s);
  q.claim_key(job, job.created);
  if (q.keys && has_ended(job.state) && !key_of(job).empty()) {
    q.keys->release(key_of(job), job.number, job.state,
                    later(progress_of(job).finished, q.settings->dedup_for));
  }
}

void queue::restore_key(std::string key, serial first, job_state state, time_point forget_at) {
  if (!impl_->keys) {
    impl_->keys = std::make_unique<dedup_keys>();
  }
  impl_->keys->restore(std::move(key), first, state, forget_at);
}

void queue::renew_leases(time_point now) {
  impl_->advance(now);
  impl_->leases.renew(impl_->latest);
}

// -- snapshots ------------------------------------------------------------------------------------

std::vector<queue::dirty_job> queue::take_dirty(std::size_t limit) {
  auto& q = *impl_;
  std::vector<dirty_job> taken;
  while (q.first_dirty != no_slot && taken.size() < limit) {
    auto& job = q.jobs[q.first_dirty];
    taken.push_back({job.number, std::exchange(job.stored, true)});
    job.dirty = false;
    --q.dirty;
    q.first_dirty = std::exchange(job.next_dirty, no_slot);
  }
  if (q.first_dirty == no_slot) {
    q.last_dirty = no_slot;
  }
  return taken;
}

std::size_t queue::dirty_count() const { return impl_->dirty; }

std::vector<key_change> queue::take_key_changes(std::size_t limit) {
  return impl_->keys ? impl_->keys->take_changes(limit) : std::vector<key_change>{};
}

bool queue::has_key_changes() const { return impl_->keys && impl_->keys->has_changes(); }

void queue::forget(serial job) {
  auto& q = *impl_;
  auto s = q.jobs.find(job);
  if (s == no_slot || !has_ended(q.jobs[s].state) || q.jobs[s].dirty) {
    return;
  }
  q.detach(s);
  q.jobs.remove(s);
}

} // namespace rota::engine
