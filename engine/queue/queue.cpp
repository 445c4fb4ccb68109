#include "engine/queue/queue.hpp"

#include "engine/ensure.hpp"

#include <algorithm>
#include <utility>

namespace rota::engine {

// -- helpers --------------------------------------------------------------------------------------

const job_cell* queue::cell_of(serial number) const {
  auto s = jobs_.find(number);
  return s == no_slot ? nullptr : &jobs_[s];
}

const job_cell* queue::held_by(serial attempt, serial number) const {
  const auto* job = cell_of(number);
  bool holds = job != nullptr && is_in_flight(job->state) && job->progress &&
               job->progress->attempt == attempt;
  return holds ? job : nullptr;
}

job_record queue::with_attempt(const job_cell& job) const {
  auto r = record_of(job);
  if (is_in_flight(job.state)) {
    const auto* entry = leases_.find(job.progress->attempt);
    ensure(entry != nullptr, "a job in flight has an attempt");
    r.attempt = *entry;
  }
  return r;
}

std::uint32_t queue::max_attempts(const job_cell& job) const {
  auto own = job.options ? job.options->max_attempts : std::nullopt;
  return own.value_or(settings_->retry.max_attempts);
}

time_point queue::timeout_end(const job_cell& job, time_point taken) const {
  auto own = job.options ? job.options->timeout : std::nullopt;
  auto timeout = own ? own : settings_->timeout;
  return timeout ? saturating_add(taken, *timeout) : never;
}

milliseconds queue::lease_of(const job_cell& job) const {
  auto own = job.options ? job.options->lease : std::nullopt;
  return own.value_or(settings_->lease);
}

std::optional<remembered_key> queue::holder_of(std::string_view key, time_point now) const {
  return keys_ && !key.empty() ? keys_->find(key, now) : std::nullopt;
}

// -- construction ---------------------------------------------------------------------------------

queue::queue(queue_identity identity, type_settings settings)
    : queue(std::move(identity), std::make_shared<const type_settings>(std::move(settings))) {}

queue::queue(queue_identity identity, std::shared_ptr<const type_settings> settings)
    : identity_(std::move(identity)), settings_(std::move(settings)) {
  ensure(settings_ != nullptr, "a queue has settings");
}

// -- changes --------------------------------------------------------------------------------------

queue_changes queue::take_changes() {
  return {lanes_.take_changed(jobs_), std::exchange(freed_, {}), std::exchange(transitions_, {})};
}

void queue::watch(bool on) {
  watched_ = on;
  if (!on)
    transitions_.clear();
}

time_point queue::next_wake() const {
  auto wake = keys_ ? keys_->next_wake() : never;
  if (auto s = delayed_.first(jobs_); s != no_slot)
    wake = std::min(wake, jobs_[s].ready_since);
  if (const auto* due = leases_.next_due())
    wake = std::min(wake, due->at);
  return wake;
}

// -- the queue as a whole -------------------------------------------------------------------------

queue_counts queue::counts() const {
  auto in = [this](job_state s) -> std::size_t { return in_state_[static_cast<std::size_t>(s)]; };
  queue_counts c;
  c.ready = in(job_state::ready);
  c.delayed = in(job_state::delayed);
  c.running = in(job_state::starting) + in(job_state::running);
  c.ended = in(job_state::succeeded) + in(job_state::failed) + in(job_state::cancelled);
  c.leases = leases_.entries().size();
  c.waiting_bytes = waiting_bytes_;
  return c;
}

// -- one job --------------------------------------------------------------------------------------

std::optional<job_record> queue::find(serial job) const {
  const auto* found = cell_of(job);
  return found == nullptr ? std::nullopt : std::optional{with_attempt(*found)};
}

std::optional<job_state> queue::state_of(serial job) const {
  const auto* found = cell_of(job);
  return found == nullptr ? std::nullopt : std::optional{found->state};
}

std::optional<std::size_t> queue::position(serial job) const {
  auto s = jobs_.find(job);
  if (s == no_slot || jobs_[s].state != job_state::ready)
    return std::nullopt;
  return 1 + ready_.rank(jobs_, s);
}

std::optional<lane_number> queue::lane_of(serial job) const {
  const auto* found = cell_of(job);
  bool in_lane = found != nullptr && found->state == job_state::ready;
  return in_lane ? std::optional{lane_number{found->lane}} : std::nullopt;
}

bool queue::cancelling(serial job) const {
  const auto* found = cell_of(job);
  return found != nullptr && is_in_flight(found->state) && found->cancel_requested;
}

// -- attempts -------------------------------------------------------------------------------------

std::vector<serial> queue::jobs_of(serial attempt) const {
  std::vector<serial> numbers;
  if (const auto* entry = leases_.find(attempt)) {
    numbers.reserve(entry->live);
    entry->each_held([&](slot s) { numbers.push_back(jobs_[s].number); });
  }
  return numbers;
}

std::vector<leased_job> queue::leased_jobs(serial attempt) const {
  std::vector<leased_job> leased;
  if (const auto* entry = leases_.find(attempt)) {
    leased.reserve(entry->live);
    entry->each_held([&](slot s) {
      const auto& job = jobs_[s];
      const auto& progress = *job.progress;
      leased.push_back({{identity_.number, job.number},
                        std::string{payload_of(job)},
                        job.priority,
                        progress.counts.attempts,
                        copy_of(progress.checkpoint),
                        job.options ? job.options->trace : boxed<trace_context>{}});
    });
  }
  return leased;
}

std::optional<attempt_record> queue::attempt(serial attempt) const {
  const auto* entry = leases_.find(attempt);
  return entry == nullptr ? std::nullopt : std::optional<attempt_record>{*entry};
}

std::vector<serial> queue::attempts() const {
  std::vector<serial> numbers;
  numbers.reserve(leases_.entries().size());
  for (const auto& [number, entry] : leases_.entries())
    numbers.push_back(number);
  return numbers;
}

bool queue::all_cancelling(serial attempt) const {
  const auto* entry = leases_.find(attempt);
  bool all = entry != nullptr;
  if (entry != nullptr)
    entry->each_held([&](slot s) { all = all && jobs_[s].cancel_requested; });
  return all;
}

std::optional<serial> queue::attempt_of(serial job) const {
  const auto* found = cell_of(job);
  return found != nullptr && is_in_flight(found->state) ? std::optional{found->progress->attempt}
                                                        : std::nullopt;
}

std::optional<milliseconds> queue::timeout_of(serial attempt) const {
  std::optional<milliseconds> least;
  const auto* entry = leases_.find(attempt);
  ensure(entry != nullptr, "an attempt whose timeout is read is in flight");
  entry->each_held([&](slot s) {
    const auto& job = jobs_[s];
    const auto own = job.options ? job.options->timeout : std::nullopt;
    if (const auto timeout = own ? own : settings_->timeout)
      least = std::min(least.value_or(*timeout), *timeout);
  });
  return least;
}

bool queue::executed(serial attempt) const {
  const auto* entry = leases_.find(attempt);
  return entry != nullptr && entry->executed;
}

queue::attempt_use queue::use(const lease_entry& entry) const {
  attempt_use used{entry.number, entry.traits, entry.live, {}, entry.taken};
  entry.each_held([&](slot s) { used.cost += cost_of(jobs_[s]); });
  return used;
}

std::vector<queue::attempt_use> queue::attempt_uses() const {
  std::vector<attempt_use> all;
  for (const auto& [number, entry] : leases_.entries())
    all.push_back(use(entry));
  return all;
}

std::optional<queue::attempt_use> queue::use_of(serial attempt) const {
  const auto* entry = leases_.find(attempt);
  return entry == nullptr ? std::nullopt : std::optional{use(*entry)};
}

// -- lists ----------------------------------------------------------------------------------------

queue::list_page queue::list(std::optional<job_state> state, serial after,
                             std::size_t limit) const {
  list_page page;
  auto collect = [&](const order_tree<serial_order>& tree) {
    std::size_t room = limit + 1;
    tree.visit_from(
        jobs_, [&](const job_cell& job) { return job.number > after; },
        [&](slot s) {
          page.jobs.push_back(jobs_[s].number);
          return --room > 0;
        });
  };
  if (state) {
    collect(by_state_[static_cast<std::size_t>(*state)]);
  } else {
    for (const auto& tree : by_state_)
      collect(tree);
    std::sort(page.jobs.begin(), page.jobs.end());
  }
  page.more = page.jobs.size() > limit;
  if (page.more)
    page.jobs.resize(limit);
  return page;
}

} // namespace rota::engine
