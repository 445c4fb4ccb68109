// Jobs by type: their number, their outcomes, how long they waited and ran.
#include "cmd/rotad/metrics/runtime_metrics.hpp"

#include <algorithm>

namespace rota::daemon {
namespace {

using actors::type_counts;
using engine::job_counter;

constexpr double us_per_second = 1e6;

struct counter_row {
  job_counter what;
  const char* name;
  const char* help;
};

constexpr counter_row counters_by_type[] = {
    {job_counter::pushed, "rota_jobs_pushed_total", "Jobs pushed, without duplicates."},
    {job_counter::lease_begun, "rota_dispatches_total",
     "Attempts started: leases and executions, each counted once whatever its batch."},
    {job_counter::dispatched, "rota_jobs_dispatched_total", "Jobs in started attempts."},
    {job_counter::retried, "rota_retries_total", "Jobs retried after an error."},
    {job_counter::crashed, "rota_crashes_total",
     "Jobs whose lease expired or whose attempt the executor lost."},
    {job_counter::lease_expired, "rota_lease_expiries_total", "Leases that expired."},
    {job_counter::deferred, "rota_deferrals_total", "Jobs deferred until a later poll."},
    {job_counter::released, "rota_releases_total", "Jobs released without a try."},
    {job_counter::revived, "rota_revivals_total", "Ended jobs that job.retry made ready again."},
};

struct ending {
  job_counter what;
  const char* outcome;
};
constexpr ending endings[] = {{job_counter::succeeded, "succeeded"},
                              {job_counter::failed, "failed"},
                              {job_counter::cancelled, "cancelled"}};

void add_states(metric_page& page, const std::vector<type_counts>& types) {
  auto& jobs = page.add_gauges(
      "rota_jobs", "Jobs that have not ended, by type and state (running includes starting).");
  for (const auto& t : types) {
    const auto state = [&](const char* name, std::int64_t count) {
      set(jobs, {{"type", t.type}, {"state", name}}, std::max<std::int64_t>(count, 0));
    };
    state("ready", t.jobs.ready);
    state("delayed", t.jobs.delayed);
    state("running", t.jobs.running);
  }
}

void add_happenings(metric_page& page, const std::vector<type_counts>& types) {
  for (const auto& [what, name, help] : counters_by_type) {
    auto& family = page.add_counters(name, help);
    for (const auto& t : types)
      set(family, {{"type", t.type}}, t.count(what));
  }
  auto& ended = page.add_counters("rota_jobs_ended_total", "Jobs ended, by outcome.");
  for (const auto& t : types)
    for (const auto& [what, outcome] : endings)
      set(ended, {{"type", t.type}, {"outcome", outcome}}, t.count(what));
}

void add_times(metric_page& page, const std::vector<type_counts>& types) {
  auto& waits = page.add_histograms("rota_job_wait_seconds", "Time from ready to dispatch.");
  auto& runs = page.add_histograms("rota_job_run_seconds",
                                   "Run time of attempts that ended with a result or an error.");
  for (const auto& t : types) {
    set(waits, {{"type", t.type}}, t.waits, us_per_second);
    set(runs, {{"type", t.type}}, t.runs, us_per_second);
  }
}

} // namespace

void add_job_metrics(metric_page& page, const actors::runtime_figures& f) {
  add_states(page, f.types);
  add_happenings(page, f.types);
  add_times(page, f.types);
}

} // namespace rota::daemon
