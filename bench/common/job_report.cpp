#include "bench/common/job_report.hpp"

#include "bench/common/statistics.hpp"

#include <algorithm>
#include <utility>

namespace rota::bench {

namespace {

struct change {
  std::int64_t time_us;
  bool arrival; ///< Else a start; at the same time starts come first, as their jobs waited before.
  std::size_t tenant;

  auto operator<=>(const change&) const = default;
};

/// Goes through arrivals and starts in order of time and counts the starts while all waited.
void count_contested_turns(std::vector<change> changes, job_report& report) {
  std::sort(changes.begin(), changes.end());
  std::vector<std::int64_t> waiting(report.tenants.size());
  std::size_t tenants_waiting = 0;
  for (const auto& change : changes) {
    auto& jobs = waiting[change.tenant];
    if (change.arrival) {
      tenants_waiting += ++jobs == 1 ? 1 : 0;
      continue;
    }
    if (tenants_waiting == waiting.size()) {
      ++report.tenants[change.tenant].turns_contested;
      ++report.turns_contested;
    }
    tenants_waiting -= jobs-- == 1 ? 1 : 0;
  }
}

/// The tenants' names and counts, the one with the most jobs first.
std::vector<tenant_figures> count_jobs(const std::vector<listed_job>& jobs,
                                       const std::map<std::string, double>& weights) {
  std::map<std::string, tenant_figures> by_name;
  for (const auto& job : jobs) {
    auto& tenant = by_name[job.tenant];
    tenant.name = job.tenant;
    ++tenant.jobs;
    tenant.failed += job.ended == listed_job::outcome::failed ? 1 : 0;
    tenant.open += job.ended == listed_job::outcome::open ? 1 : 0;
    const auto weight = weights.find(job.tenant);
    tenant.weight = weight == weights.end() ? 1 : weight->second;
  }
  std::vector<tenant_figures> tenants;
  tenants.reserve(by_name.size());
  for (auto& [name, tenant] : by_name) {
    tenants.push_back(std::move(tenant));
  }
  std::stable_sort(tenants.begin(), tenants.end(),
                   [](const auto& a, const auto& b) { return a.jobs > b.jobs; });
  return tenants;
}

} // namespace

job_report make_report(const std::vector<listed_job>& jobs,
                       const std::map<std::string, double>& weights) {
  job_report report;
  report.tenants = count_jobs(jobs, weights);
  std::map<std::string, std::size_t> numbers;
  for (const auto& tenant : report.tenants) {
    numbers.emplace(tenant.name, numbers.size());
  }
  std::vector<change> changes;
  std::vector<sample_set> waits(report.tenants.size());
  for (const auto& job : jobs) {
    const auto tenant = numbers.at(job.tenant);
    if (job.started_us != 0 || job.ended == listed_job::outcome::open) {
      changes.push_back({job.ready_us, true, tenant});
    }
    if (job.started_us != 0) {
      changes.push_back({job.started_us, false, tenant});
      waits[tenant].add(static_cast<double>(job.started_us - job.ready_us) / 1000);
    }
  }
  for (std::size_t tenant = 0; tenant < waits.size(); ++tenant) {
    report.tenants[tenant].wait_p50_ms = waits[tenant].percentile(0.5);
    report.tenants[tenant].wait_p99_ms = waits[tenant].percentile(0.99);
  }
  count_contested_turns(std::move(changes), report);
  return report;
}

} // namespace rota::bench
