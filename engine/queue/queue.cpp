#include "engine/queue/queue.hpp"

#include "engine/queue/queue_impl.hpp"

namespace rota::engine {

namespace {

std::optional<attempt_record> terms_of(serial attempt, const lease_entry& entry) {
  return attempt_record{attempt,     entry.worker, entry.starting,
                        entry.lease, entry.taken,  entry.deadline};
}

template <class F>
void for_each_held(const lease_entry& entry, F&& f) {
  for (auto s : entry.jobs) {
    if (s != no_slot) {
      f(s);
    }
  }
}

} // namespace

// -- inside ---------------------------------------------------------------------------------------

const job_cell* queue::impl::find(serial number) const {
  auto s = jobs.find(number);
  return s == no_slot ? nullptr : &jobs[s];
}

const job_cell* queue::impl::held(serial attempt, serial number) const {
  const auto* job = find(number);
  bool holds = job != nullptr && is_in_flight(job->state) && job->progress &&
               job->progress->attempt == attempt;
  return holds ? job : nullptr;
}

job_record queue::impl::record(const job_cell& job) const {
  auto r = record_of(job);
  if (is_in_flight(job.state)) {
    auto attempt = job.progress->attempt;
    r.attempt = terms_of(attempt, *leases.find(attempt));
  }
  return r;
}

std::uint32_t queue::impl::max_attempts(const job_cell& job) const {
  auto own = job.options ? job.options->max_attempts : std::nullopt;
  return own.value_or(settings->retry.max_attempts);
}

time_point queue::impl::timeout_end(const job_cell& job, time_point taken) const {
  auto own = job.options ? job.options->timeout : std::nullopt;
  auto timeout = own ? own : settings->timeout;
  return timeout ? later(taken, *timeout) : never;
}

milliseconds queue::impl::lease_of(const job_cell& job) const {
  auto own = job.options ? job.options->lease : std::nullopt;
  return own.value_or(settings->lease);
}

std::optional<remembered_key> queue::impl::holder_of(std::string_view key, time_point now) const {
  return keys && !key.empty() ? keys->find(key, now) : std::nullopt;
}

// -- life -----------------------------------------------------------------------------------------

queue::queue(queue_identity identity, type_settings settings)
    : queue(std::move(identity), std::make_shared<const type_settings>(std::move(settings))) {}

queue::queue(queue_identity identity, std::shared_ptr<const type_settings> settings)
    : impl_(std::make_unique<impl>()) {
  impl_->identity = std::move(identity);
  impl_->settings = std::move(settings);
}

queue::~queue() = default;
queue::queue(queue&&) noexcept = default;
queue& queue::operator=(queue&&) noexcept = default;

// -- what changed ---------------------------------------------------------------------------------

queue_changes queue::take_changes() {
  return {impl_->lanes.take_changed(impl_->jobs), std::exchange(impl_->freed, {}),
          std::exchange(impl_->transitions, {})};
}

std::vector<lane_report> queue::all_lanes() const { return impl_->lanes.all(impl_->jobs); }

void queue::watch(bool on) {
  impl_->watched = on;
  if (!on) {
    impl_->transitions.clear();
  }
}

time_point queue::next_wake() const {
  const auto& q = *impl_;
  auto wake = q.keys ? q.keys->next_wake() : never;
  if (auto s = q.delayed.first(q.jobs); s != no_slot) {
    wake = std::min(wake, q.jobs[s].ready_since);
  }
  if (const auto* due = q.leases.next_due()) {
    wake = std::min(wake, due->at);
  }
  return wake;
}

// -- the queue as a whole -------------------------------------------------------------------------

const queue_identity& queue::identity() const { return impl_->identity; }
const type_settings& queue::settings() const { return *impl_->settings; }

queue_counts queue::counts() const {
  const auto& q = *impl_;
  auto in = [&q](job_state s) -> std::size_t { return q.in_state[static_cast<std::size_t>(s)]; };
  queue_counts c;
  c.ready = in(job_state::ready);
  c.delayed = in(job_state::delayed);
  c.running = in(job_state::starting) + in(job_state::running);
  c.ended = in(job_state::succeeded) + in(job_state::failed) + in(job_state::cancelled);
  c.leases = q.leases.entries().size();
  c.waiting_bytes = q.waiting_bytes;
  return c;
}

std::optional<time_point> queue::oldest_ready() const {
  return impl_->lanes.oldest_head(impl_->jobs);
}

// -- one job --------------------------------------------------------------------------------------

std::optional<job_record> queue::find(serial job) const {
  const auto* found = impl_->find(job);
  return found == nullptr ? std::nullopt : std::optional{impl_->record(*found)};
}

std::optional<job_state> queue::state_of(serial job) const {
  const auto* found = impl_->find(job);
  return found == nullptr ? std::nullopt : std::optional{found->state};
}

std::optional<std::size_t> queue::position(serial job) const {
  const auto& q = *impl_;
  auto s = q.jobs.find(job);
  if (s == no_slot || q.jobs[s].state != job_state::ready) {
    return std::nullopt;
  }
  return 1 + q.ready.rank(q.jobs, s);
}

std::optional<lane_number> queue::lane_of(serial job) const {
  const auto* found = impl_->find(job);
  bool in_lane = found != nullptr && found->state == job_state::ready;
  return in_lane ? std::optional{lane_number{found->lane}} : std::nullopt;
}

bool queue::cancelling(serial job) const {
  const auto* found = impl_->find(job);
  return found != nullptr && is_in_flight(found->state) && found->cancel_requested;
}

// -- attempts -------------------------------------------------------------------------------------

std::vector<serial> queue::jobs_of(serial attempt) const {
  std::vector<serial> numbers;
  if (const auto* entry = impl_->leases.find(attempt)) {
    numbers.reserve(entry->live);
    for_each_held(*entry, [&](slot s) { numbers.push_back(impl_->jobs[s].number); });
  }
  return numbers;
}

std::vector<leased_job> queue::leased_jobs(serial attempt) const {
  std::vector<leased_job> leased;
  if (const auto* entry = impl_->leases.find(attempt)) {
    leased.reserve(entry->live);
    for_each_held(*entry, [&](slot s) {
      const auto& job = impl_->jobs[s];
      const auto& progress = *job.progress;
      leased.push_back({{impl_->identity.number, job.number},
                        std::string{payload_of(job)},
                        job.priority,
                        progress.counts.attempts,
                        by_value(progress.checkpoint),
                        job.options ? job.options->trace : boxed<trace_context>{}});
    });
  }
  return leased;
}

std::optional<attempt_record> queue::attempt(serial attempt) const {
  const auto* entry = impl_->leases.find(attempt);
  return entry == nullptr ? std::nullopt : terms_of(attempt, *entry);
}

std::vector<serial> queue::attempts() const {
  std::vector<serial> numbers;
  numbers.reserve(impl_->leases.entries().size());
  for (const auto& [number, entry] : impl_->leases.entries()) {
    numbers.push_back(number);
  }
  return numbers;
}

bool queue::all_cancelling(serial attempt) const {
  const auto* entry = impl_->leases.find(attempt);
  bool all = entry != nullptr;
  if (entry != nullptr) {
    for_each_held(*entry, [&](slot s) { all = all && impl_->jobs[s].cancel_requested; });
  }
  return all;
}

std::optional<serial> queue::attempt_of(serial job) const {
  const auto* found = impl_->find(job);
  return found != nullptr && is_in_flight(found->state) ? std::optional{found->progress->attempt}
                                                        : std::nullopt;
}

std::optional<milliseconds> queue::timeout_of(serial attempt) const {
  std::optional<milliseconds> least;
  for_each_held(*impl_->leases.find(attempt), [&](slot s) {
    const auto& job = impl_->jobs[s];
    const auto own = job.options ? job.options->timeout : std::nullopt;
    if (const auto timeout = own ? own : impl_->settings->timeout) {
      least = std::min(least.value_or(*timeout), *timeout);
    }
  });
  return least;
}

bool queue::executed(serial attempt) const {
  const auto* entry = impl_->leases.find(attempt);
  return entry != nullptr && entry->executed;
}

queue::attempt_use queue::impl::use(serial attempt, const lease_entry& entry) const {
  attempt_use use{attempt, entry.traits, entry.live, {}, entry.taken};
  for_each_held(entry, [&](slot s) { use.cost += cost_of(jobs[s]); });
  return use;
}

std::vector<queue::attempt_use> queue::uses() const {
  std::vector<attempt_use> all;
  for (const auto& [number, entry] : impl_->leases.entries()) {
    all.push_back(impl_->use(number, entry));
  }
  return all;
}

std::optional<queue::attempt_use> queue::use_of(serial attempt) const {
  const auto* entry = impl_->leases.find(attempt);
  return entry == nullptr ? std::nullopt : std::optional{impl_->use(attempt, *entry)};
}

// -- lists ----------------------------------------------------------------------------------------

queue::list_page queue::list(std::optional<job_state> state, serial after,
                             std::size_t limit) const {
  const auto& q = *impl_;
  list_page page;
  auto collect = [&](const order_tree<serial_order>& tree) {
    std::size_t room = limit + 1;
    tree.visit_from(
        q.jobs, [&](const job_cell& job) { return job.number > after; },
        [&](slot s) {
          page.jobs.push_back(q.jobs[s].number);
          return --room > 0;
        });
  };
  if (state) {
    collect(q.by_state[static_cast<std::size_t>(*state)]);
  } else {
    for (const auto& tree : q.by_state) {
      collect(tree);
    }
    std::sort(page.jobs.begin(), page.jobs.end());
  }
  page.more = page.jobs.size() > limit;
  if (page.more) {
    page.jobs.resize(limit);
  }
  return page;
}

} // namespace rota::engine
