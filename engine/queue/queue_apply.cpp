// Applies events; decides nothing. An event that does not fit the current state is already
// reflected by a snapshot, and is ignored.
#include "engine/ensure.hpp"
#include "engine/queue/queue.hpp"

#include <algorithm>
#include <utility>

namespace rota::engine {

namespace {

std::size_t index(job_state s) { return static_cast<std::size_t>(s); }

/// The time of an event; extensions and exits have none.
template <class Event>
time_point time_of(const Event& e) {
  if constexpr (requires { e.at; })
    return e.at;
  else
    return {};
}

job_counter counter_of(job_state end) {
  switch (end) {
  case job_state::succeeded: return job_counter::succeeded;
  case job_state::failed: return job_counter::failed;
  default: return job_counter::cancelled;
  }
}

void count_try(job_progress& p, const job_settled& e) {
  ensure(p.counts.attempts > 0, "a try that ends was counted when it started");
  switch (e.kind) {
  case try_kind::counted: break;
  case try_kind::crashed: ++p.counts.crashes; break;
  case try_kind::released: --p.counts.attempts; break;
  case try_kind::deferred: {
    --p.counts.attempts;
    ++p.counts.polls;
    bool progress = e.checkpoint && (!p.checkpoint || *p.checkpoint != *e.checkpoint);
    p.counts.polls_in_row = progress ? 1 : p.counts.polls_in_row + 1;
    if (p.first_deferred == never)
      p.first_deferred = e.at;
    break;
  }
  }
}

void keep_outcome(job_progress& p, job_settled& e) {
  if (e.error)
    p.error = std::make_unique<failure>(std::move(*e.error));
  if (e.result)
    p.result = std::make_unique<std::string>(std::move(*e.result));
  if (e.checkpoint)
    p.checkpoint = std::make_unique<std::string>(std::move(*e.checkpoint));
  if (e.batch_limit != 0)
    p.batch_limit = e.batch_limit;
}

} // namespace

// -- jobs in trees --------------------------------------------------------------------------------

void queue::detach(slot s, lane_set::exit why) {
  auto& job = jobs_[s];
  recount(s, -1);
  ensure(in_state_[index(job.state)] > 0, "the number of jobs in a state is never below zero");
  by_state_[index(job.state)].erase(jobs_, s);
  --in_state_[index(job.state)];
  if (job.state == job_state::ready) {
    ready_.erase(jobs_, s);
    lanes_.remove(jobs_, s, *settings_, why);
  } else if (job.state == job_state::delayed) {
    delayed_.erase(jobs_, s);
  }
  if (is_waiting(job.state)) {
    ensure(waiting_bytes_ >= job.payload_size, "the size of waiting payloads is never below zero");
    waiting_bytes_ -= job.payload_size;
  }
}

void queue::attach(slot s) {
  auto& job = jobs_[s];
  by_state_[index(job.state)].insert(jobs_, s);
  ++in_state_[index(job.state)];
  if (job.state == job_state::ready) {
    ready_.insert(jobs_, s);
    lanes_.add(jobs_, s, *settings_);
  } else if (job.state == job_state::delayed) {
    delayed_.insert(jobs_, s);
  }
  if (is_waiting(job.state))
    waiting_bytes_ += job.payload_size;
  recount(s, 1);
}

void queue::set_ready_since(job_cell& job, time_point ready_since) {
  job.ready_since = ready_since;
  job.order = order_of(ready_since, job.priority, settings_->age);
}

void queue::change_state(slot s, job_state to, time_point at, std::optional<time_point> ready_since,
                         delay_reason why) {
  auto& job = jobs_[s];
  detach(s, is_in_flight(to) ? lane_set::exit::taken : lane_set::exit::otherwise);
  job.state = to;
  job.delayed_by = why;
  if (ready_since)
    set_ready_since(job, *ready_since);
  attach(s);
  mark_dirty(s);
  record_transition(job, at);
}

void queue::mark_dirty(slot s) {
  auto& job = jobs_[s];
  if (job.dirty)
    return;
  job.dirty = true;
  ++dirty_;
  job.next_dirty = no_slot;
  if (last_dirty_ == no_slot)
    first_dirty_ = s;
  else
    jobs_[last_dirty_].next_dirty = s;
  last_dirty_ = s;
}

void queue::record_transition(const job_cell& job, time_point at) {
  if (watched_) {
    const auto* trace = trace_of(job);
    transitions_.push_back({job.number, job.state, at,
                            std::string{trace != nullptr ? trace_id(*trace) : std::string_view{}}});
  }
}

void queue::count(job_counter what, std::uint32_t times) {
  if (tally_ != nullptr)
    tally_->count(what, times);
}

void queue::count_take(const jobs_taken& e, const job_cell& job) {
  if (tally_ != nullptr) {
    tally_->count(job_counter::dispatched);
    tally_->waits.add((e.at - job.ready_since).count());
  }
}

void queue::count_end_of_try(const job_settled& e, const job_cell& job) {
  if (tally_ == nullptr)
    return;
  switch (e.kind) {
  case try_kind::counted:
    tally_->count(job_counter::tried);
    tally_->runs.add((e.at - job.progress->started).count());
    if (!has_ended(e.state))
      tally_->count(job_counter::retried);
    break;
  case try_kind::crashed: tally_->count(job_counter::crashed); break;
  case try_kind::deferred: tally_->count(job_counter::deferred); break;
  case try_kind::released: tally_->count(job_counter::released); break;
  }
}

void queue::finish(slot s, job_state end, time_point at) {
  count(counter_of(end));
  auto& job = jobs_[s];
  ensure(!has_ended(job.state), "a job ends once");
  auto& p = progress_of(job);
  p.finished = p.started == never ? at : std::max(at, p.started);
  change_state(s, end, p.finished);
  if (keys_ && !key_of(job).empty()) {
    keys_->release(key_of(job), job.number, end, saturating_add(p.finished, settings_->dedup_for));
    keys_->advance(latest_); // dedup_for may be zero
  }
}

void queue::claim_key(job_cell& job, time_point at) {
  auto key = key_of(job);
  if (key.empty())
    return;
  if (!keys_)
    keys_ = std::make_unique<dedup_keys>();
  auto holder = keys_->find(key, at);
  if (!holder || holder->ended || holder->first == job.number) {
    keys_->claim(key, job.number);
  } else {
    // The job was revived after another one had got its key. It continues without the key, so that
    // no two living jobs share one.
    job.options->key.clear();
  }
}

void queue::advance(time_point now) {
  latest_ = std::max(latest_, now);
  for (;;) {
    auto s = delayed_.first(jobs_);
    if (s == no_slot || jobs_[s].ready_since > latest_)
      break;
    auto& job = jobs_[s];
    detach(s);
    job.state = job_state::ready;
    job.delayed_by = delay_reason::none;
    set_ready_since(job, job.ready_since);
    attach(s);
    record_transition(job, job.ready_since);
  }
  if (keys_) {
    keys_->advance(latest_);
    if (keys_->empty())
      keys_.reset();
  }
}

slot queue::add_record(job_record record) {
  auto s = jobs_.add(record.number);
  auto& job = jobs_[s];
  set_record(job, std::move(record));
  set_ready_since(job, job.ready_since);
  return s;
}

void queue::schedule(job_cell& job, job_spec spec, time_point at) {
  const auto due = spec.options.not_before.value_or(at);
  const bool waits = due > at;
  set_spec(job, std::move(spec));
  job.state = waits ? job_state::delayed : job_state::ready;
  job.delayed_by = waits ? delay_reason::scheduled : delay_reason::none;
  set_ready_since(job, waits ? due : at);
}

// -- events ---------------------------------------------------------------------------------------

void queue::on(job_pushed& e) {
  if (cell_of(e.number) != nullptr)
    return;
  count(job_counter::pushed);
  auto s = jobs_.add(e.number);
  auto& job = jobs_[s];
  job.created = e.at;
  schedule(job, std::move(e.spec), e.at);
  attach(s);
  claim_key(job, e.at);
  mark_dirty(s);
  record_transition(job, e.at);
}

void queue::on(job_replaced& e) {
  auto s = jobs_.find(e.number);
  if (s == no_slot || !allows(jobs_[s].state, job_command::replace))
    return;
  auto& job = jobs_[s];
  detach(s);
  schedule(job, std::move(e.spec), e.at);
  if (job.progress)
    job.progress->checkpoint.reset(); // it belonged to the replaced payload
  attach(s);
  mark_dirty(s);
  record_transition(job, e.at);
}

void queue::on(jobs_taken& e) {
  const attempt_record terms{e.attempt, e.worker, e.starting, e.lease, e.at, e.deadline};
  auto state = e.starting ? job_state::starting : job_state::running;
  count(job_counter::lease_begun);
  for (auto number : e.jobs) {
    auto s = jobs_.find(number);
    if (s == no_slot || !is_waiting(jobs_[s].state))
      continue;
    auto& entry = leases_.open(e.attempt, terms, e.starting);
    if (!entry.traits) {
      auto view = traits_of(jobs_[s], *settings_);
      auto lane = jobs_[s].state == job_state::ready ? lanes_.traits({jobs_[s].lane}) : nullptr;
      entry.traits = lane ? std::move(lane) : to_traits(view);
    }
    count_take(e, jobs_[s]);
    change_state(s, state, e.at);
    auto& job = jobs_[s];
    auto& p = progress_of(job);
    ++p.counts.attempts;
    p.started = e.at;
    p.finished = never;
    p.worker = e.worker;
    p.execution = nullptr;
    if (e.starting) {
      p.execution = std::make_unique<execution>();
      p.execution->attempt = e.attempt;
    }
    leases_.add_job(jobs_, e.attempt, s, e.starting ? never : timeout_end(job, e.at));
  }
}

void queue::on(attempt_started& e) {
  const auto* entry = leases_.find(e.attempt);
  if (entry == nullptr || !entry->starting)
    return;
  entry->each_held([&](slot s) {
    change_state(s, job_state::running, e.at);
    auto& p = *jobs_[s].progress;
    p.started = e.at;
    p.execution->handle = e.handle;
  });
  leases_.started(e.attempt);
}

void queue::on(job_exited& e) {
  auto s = jobs_.find(e.number);
  if (s == no_slot || held_by(e.attempt, e.number) == nullptr || !jobs_[s].progress->execution)
    return;
  auto& execution = *jobs_[s].progress->execution;
  execution.exit_code = e.exit_code;
  execution.signal = e.signal;
}

void queue::on(lease_extended& e) {
  const auto* entry = leases_.find(e.attempt);
  if (entry == nullptr)
    return;
  // A restart renews every lease by its length anyway, so a new deadline alone is not worth
  // rewriting the jobs' rows.
  if (entry->lease != e.lease)
    entry->each_held([&](slot s) { mark_dirty(s); });
  leases_.extend(e.attempt, e.lease, e.deadline);
}

void queue::on(job_settled& e) {
  auto s = jobs_.find(e.number);
  if (s == no_slot || held_by(e.attempt, e.number) == nullptr ||
      !leads_to(jobs_[s].state, command_of(e.kind), e.state))
    return;
  count_end_of_try(e, jobs_[s]);
  auto& p = *jobs_[s].progress;
  if (auto ran = leases_.remove_job(jobs_, s, e.at)) {
    freed_.push_back({e.attempt, *ran});
    if (e.kind == try_kind::crashed && !p.execution) { // attempts of executors have no lease
      count(job_counter::lease_expired);
    }
  }
  count_try(p, e);
  keep_outcome(p, e);
  if (has_ended(e.state)) {
    finish(s, e.state, e.at);
  } else {
    p.started = never;
    change_state(s, e.state, e.at, e.due, e.delayed_by);
  }
}

void queue::on(job_cancelled& e) {
  auto s = jobs_.find(e.number);
  if (s != no_slot && leads_to(jobs_[s].state, job_command::cancel, job_state::cancelled))
    finish(s, job_state::cancelled, e.at);
}

void queue::on(cancel_requested& e) {
  auto s = jobs_.find(e.number);
  if (s != no_slot && is_in_flight(jobs_[s].state) && !jobs_[s].cancel_requested) {
    jobs_[s].cancel_requested = true;
    mark_dirty(s);
  }
}

void queue::on(job_revived& e) {
  auto s = jobs_.find(e.number);
  if (s == no_slot && e.record && has_ended(e.record->state)) {
    s = add_record(std::move(*e.record));
    attach(s);
  }
  if (s == no_slot || !allows(jobs_[s].state, job_command::revive))
    return;
  count(job_counter::revived);
  auto& job = jobs_[s];
  auto& p = progress_of(job);
  p.counts = {};
  p.started = p.finished = p.first_deferred = never;
  p.worker.clear();
  p.result.reset();
  p.execution.reset();
  job.cancel_requested = false;
  change_state(s, job_state::ready, e.at, e.at);
  claim_key(job, e.at);
}

// -- public functions -----------------------------------------------------------------------------

void queue::apply(event e, queue_tally* tally) {
  tally_ = tally;
  std::visit(
      [this](auto& fact) {
        advance(time_of(fact));
        on(fact);
      },
      e);
  tally_ = nullptr;
}

std::vector<slot> queue::leave_lanes() {
  recount_.reset();
  std::vector<slot> in_order;
  ready_.visit(jobs_, [&](slot s) {
    in_order.push_back(s);
    return true;
  });
  for (auto s : in_order)
    lanes_.remove(jobs_, s, *settings_, lane_set::exit::otherwise);
  return in_order;
}

void queue::enter_lanes(const std::vector<slot>& in_order) {
  for (auto s : in_order)
    lanes_.add(jobs_, s, *settings_);
}

void queue::read_marks(const batch_reader& read) {
  for (std::size_t state = 0; state < job_state_count; ++state) {
    if (has_ended(static_cast<job_state>(state)))
      continue;
    by_state_[state].visit(jobs_, [&](slot s) {
      set_batch_mark(jobs_[s], read(payload_of(jobs_[s]), *settings_->batch));
      return true;
    });
  }
}

void queue::configure(std::shared_ptr<const type_settings> settings, const batch_reader& read) {
  ensure(settings != nullptr, "a queue has settings");
  const auto before = settings_;
  if (before->batch == settings->batch) {
    settings_ = std::move(settings);
    return;
  }
  const bool read_by_another =
      settings->batch && (!before->batch || before->batch->key != settings->batch->key);
  const auto in_order = leave_lanes();
  settings_ = std::move(settings);
  if (read_by_another)
    read_marks(read);
  enter_lanes(in_order);
}

void queue::mark_batches(const batch_reader& read) {
  if (!settings_->batch)
    return;
  const auto in_order = leave_lanes();
  read_marks(read);
  enter_lanes(in_order);
}

} // namespace rota::engine
