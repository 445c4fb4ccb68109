#include "actors/queue/queue_step.hpp"

#include "persistence/formats/records.hpp"

#include <algorithm>

namespace rota::actors {

using namespace engine;

queue_step::queue_step(queue_pointer self)
    : self_(self), state_(self->state), core_(*state_.core), now_(now_of(self)) {
  core_.watch(state_.shared->hub.any());
  core_.advance(now_);
}

void queue_step::record(event e) {
  persistence::byte_writer out{bytes_};
  persistence::encode(out, core_.identity().number, e);
  ++events_;
  core_.apply(std::move(e), &tally_);
}

void queue_step::keep_mark(const jobs_taken& taken) {
  state_.marks.last = taken.mark;
  if (taken.mark.key_rate > now_)
    state_.marks.key_rates[core_.use_of(taken.attempt)->traits->concurrency_key] =
        taken.mark.key_rate;
}

void queue_step::release_reservation(std::size_t jobs, std::size_t bytes) {
  constexpr std::size_t event_bytes = 48; // of a push, without its payload; an upper estimate
  bytes_.reserve(bytes + jobs * event_bytes);
  reserved_jobs_ += static_cast<std::int64_t>(jobs);
  reserved_bytes_ += static_cast<std::int64_t>(bytes);
}

position queue_step::finish() {
  auto& shared = *state_.shared;
  if (events_ > 0)
    state_.last = shared.journal.append(core_.identity().number.value, bytes_, events_);
  update_sums(shared);
  report_to_arbiter(shared);
  set_timer(shared);
  return state_.last;
}

void queue_step::update_sums(shared_state& shared) {
  const auto counts = core_.counts();
  auto& before = state_.counted;
  const auto delta = [](std::size_t a, std::size_t b) {
    return static_cast<std::int64_t>(a) - static_cast<std::int64_t>(b);
  };
  const auto ready = delta(counts.ready, before.ready);
  const auto delayed = delta(counts.delayed, before.delayed);
  state_.figures->adjust({ready, delayed, delta(counts.running, before.running)});
  if (events_ > 0)
    state_.figures->add(tally_);
  shared.admission.adjust(core_.identity().tenant, ready + delayed - reserved_jobs_,
                          delta(counts.waiting_bytes, before.waiting_bytes) - reserved_bytes_);
  before = counts;
  update_idle(counts);
}

void queue_step::update_idle(const queue_counts& counts) {
  const bool idle = counts.ready + counts.delayed + counts.running + counts.ended == 0 &&
                    core_.dirty_count() == 0 && !core_.has_key_changes() && !state_.snapshot &&
                    core_.next_wake() == never;
  if (idle && !state_.idle)
    state_.idle_since = now_;
  state_.idle = idle;
}

void queue_step::report_to_arbiter(shared_state& shared) {
  auto changes = core_.take_changes();
  shared.hub.publish(core_.identity(), changes.transitions, state_.last);
  changes_.freed = std::move(changes.freed);
  changes_.report.lanes = std::move(changes.lanes);
  const bool nothing_new =
      changes_.takes.empty() && changes_.freed.empty() && changes_.report.lanes.empty();
  if (events_ > 0 || !nothing_new)
    state_.audit.changed(now_, shared.limits.audit_every);
  if (nothing_new)
    return;
  changes_.number = core_.identity().number;
  changes_.report.grants_seen = state_.grants_seen;
  self_->send(shared.arbiter, std::move(changes_));
}

void queue_step::set_timer(shared_state& shared) {
  const auto wanted = state_.idle ? state_.idle_since + shared.limits.retire_after
                                  : std::min(core_.next_wake(), state_.audit.due());
  if (wanted >= state_.armed)
    return;
  state_.armed = wanted;
  self_->send(shared.timer, wake_queue{queue_actor{self_}, core_.identity().number, wanted});
}

} // namespace rota::actors
