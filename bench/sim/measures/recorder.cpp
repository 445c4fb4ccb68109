#include "bench/sim/measures/recorder.hpp"

#include <algorithm>
#include <utility>

namespace rota::bench {
namespace {

/// Shorter run times count as 10 s in a slowdown; otherwise the shortest jobs would dominate it.
constexpr double slowdown_run_min_s = 10;

double slowdown(const sim_job_times& job, double run_s) {
  return std::max(1.0, in_seconds(job.ended - job.arrived) / std::max(run_s, slowdown_run_min_s));
}

engine::duration makespan(const std::vector<sim_job_times>& all_jobs) {
  engine::duration last{};
  for (const auto& job : all_jobs)
    last = std::max(last, job.ended);
  return all_jobs.empty() ? last : last - all_jobs.front().arrived;
}

double busy_slot_s(const std::vector<sim_attempt>& attempts) {
  double busy = 0;
  for (const auto& attempt : attempts)
    busy += attempt.slots * in_seconds(attempt.ended - attempt.started);
  return busy;
}

/// At equal times, ends are processed before starts.
std::size_t peak_running(const std::vector<sim_attempt>& attempts) {
  std::vector<std::pair<engine::duration, int>> changes;
  for (const auto& attempt : attempts) {
    changes.emplace_back(attempt.started, 1);
    changes.emplace_back(attempt.ended, -1);
  }
  std::sort(changes.begin(), changes.end());
  int running = 0;
  int peak = 0;
  for (const auto& [at, by] : changes)
    peak = std::max(peak, running += by);
  return static_cast<std::size_t>(peak);
}

/// Percentiles over the jobs of one tenant or of all.
struct time_samples {
  sample_set waits;
  sample_set took;
  sample_set slowdowns;

  void add(const sim_job_times& job, double run_s) {
    waits.add(in_seconds(job.first_start - job.arrived));
    took.add(in_seconds(job.ended - job.arrived));
    slowdowns.add(slowdown(job, run_s));
  }
};

tenant_result figures_of(const std::string& name, const time_samples& samples, double share) {
  tenant_result figures;
  figures.name = name;
  figures.jobs = samples.waits.size();
  figures.wait_p50_s = samples.waits.percentile(0.5);
  figures.wait_p90_s = samples.waits.percentile(0.9);
  figures.wait_p99_s = samples.waits.percentile(0.99);
  figures.took_p50_s = samples.took.percentile(0.5);
  figures.took_p99_s = samples.took.percentile(0.99);
  figures.slowdown_p50 = samples.slowdowns.percentile(0.5);
  figures.share = share;
  return figures;
}

/// The state changes of jobs that nobody cancels or revives, as clients see them; docs/design.md
/// has the full table. `from` is nothing for a new job.
bool may_change(std::optional<engine::job_state> from, engine::job_state to) {
  using engine::job_state;
  if (!from)
    return to == job_state::ready || to == job_state::delayed;
  switch (*from) {
  case job_state::delayed: return to == job_state::ready;
  case job_state::ready: return to == job_state::starting;
  case job_state::starting:
  case job_state::running: return to != job_state::starting && to != job_state::cancelled;
  case job_state::succeeded:
  case job_state::failed:
  case job_state::cancelled: return false;
  }
  return false;
}

} // namespace

recorder::recorder(const workload& work, engine::time_point begin)
    : work_(work),
      begin_(begin),
      ids_(work.jobs.size()),
      shares_(weights_of(work)),
      estimates_(begin) {
  for (std::size_t i = 0; i < work.tenants.size(); ++i)
    tenants_.emplace(work.tenants[i], i);
}

void recorder::pushed(std::size_t job, engine::job_id id) { ids_[job] = id; }

void recorder::changed(const actors::job_event& event) {
  const auto from = progress_of_[event.id.number].state;
  if (!may_change(from, event.state) && violation_.empty())
    violation_ = "job " + to_text(event.id) + " went from " +
                 std::string{from ? engine::to_text(*from) : "nothing"} + " to " +
                 std::string{engine::to_text(event.state)};
  change(event.id, tenants_.at(event.tenant), event.state, event.at);
}

void recorder::found(const actors::job_view& job, engine::time_point now) {
  const auto tenant = tenants_.at(job.tenant);
  const auto state = job.record.state;
  const auto& known = progress_of_[job.id.number];
  if (known.first_start == engine::never && job.record.started)
    change(job.id, tenant, engine::job_state::starting, now);
  if (known.state != state)
    change(job.id, tenant, state, job.record.finished.value_or(now));
}

std::vector<engine::job_id> recorder::open_jobs() const {
  std::vector<engine::job_id> ids;
  for (const auto id : ids_)
    if (const auto found = progress_of_.find(id.number);
        id.number.value > 0 &&
        (found == progress_of_.end() || !found->second.state || !has_ended(*found->second.state)))
      ids.push_back(id);
  return ids;
}

void recorder::change(engine::job_id id, std::size_t tenant, engine::job_state to,
                      engine::time_point at) {
  using engine::job_state;
  auto& job = progress_of_[id.number];
  const auto from = std::exchange(job.state, to);
  const bool waited = from == job_state::ready;
  if (to == job_state::ready && !waited)
    shares_.add_waiting(tenant);
  if (to == job_state::starting) {
    shares_.turn(tenant, 1);
    job.first_start = std::min(job.first_start, at);
  }
  if (to != job_state::ready && waited)
    shares_.remove_waiting(tenant);
  if (engine::has_ended(to) && !(from && engine::has_ended(*from))) {
    job.end = at;
    ++ended_;
  }
}

void recorder::ran(const std::vector<std::size_t>& jobs, engine::time_point at,
                   engine::time_point until) {
  const auto& first = work_.jobs[jobs.front()];
  attempts_.push_back({at - begin_, until - begin_, first.tenant, first.type,
                       static_cast<std::uint32_t>(jobs.size()), first.slots.as_double()});
}

void recorder::sample(engine::time_point at, const engine::fairness_gap& fairness) {
  samples_.push_back({at - begin_, fairness, shares_.jain()});
}

void recorder::explained(std::size_t job, engine::time_point now,
                         const actors::explain_reply& reply) {
  if (reply.state == engine::job_state::ready)
    estimates_.record(job, now, reply.start);
}

std::vector<sim_job_times> recorder::all_jobs() const {
  std::vector<sim_job_times> all;
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    const auto& job = progress_of_.at(ids_[i].number);
    all.push_back({work_.jobs[i].arrives, job.first_start - begin_, job.end - begin_,
                   work_.jobs[i].tenant, job.state == engine::job_state::failed});
  }
  return all;
}

sim_result recorder::result(std::string policy, engine::fairness_gap fairness) const {
  sim_result result;
  result.policy = std::move(policy);
  result.jobs = ids_.size();
  result.slots = slots_of(work_);
  result.all_jobs = all_jobs();
  result.all_attempts = attempts_;
  result.attempts = attempts_.size();
  result.peak_running = peak_running(attempts_);
  result.refused = refused_;
  result.names = work_.tenants;
  result.samples = samples_;
  result.estimates = estimates_.result(result.all_jobs);
  result.fairness = fairness;
  result.jain = shares_.jain();
  result.makespan_s = in_seconds(makespan(result.all_jobs));
  if (result.makespan_s > 0)
    result.utilisation = busy_slot_s(attempts_) / (result.makespan_s * result.slots);

  add_times(result);
  return result;
}

void recorder::add_times(sim_result& result) const {
  std::vector<time_samples> of_tenant(work_.tenants.size());
  time_samples of_all;
  for (std::size_t i = 0; i < result.all_jobs.size(); ++i) {
    const auto& job = result.all_jobs[i];
    const auto run_s = in_seconds(work_.jobs[i].runs + work_.types[work_.jobs[i].type].overhead);
    result.failed += job.failed ? 1 : 0;
    of_tenant[job.tenant].add(job, run_s);
    of_all.add(job, run_s);
  }
  result.wait_p50_s = of_all.waits.percentile(0.5);
  result.wait_p99_s = of_all.waits.percentile(0.99);
  result.took_p50_s = of_all.took.percentile(0.5);
  result.took_p99_s = of_all.took.percentile(0.99);
  for (std::size_t t = 0; t < work_.tenants.size(); ++t)
    result.tenants.push_back(figures_of(work_.tenants[t], of_tenant[t], shares_.share(t)));
  std::stable_sort(result.tenants.begin(), result.tenants.end(),
                   [](const auto& a, const auto& b) { return a.jobs > b.jobs; });
}

} // namespace rota::bench
