#include "bench/common/job_report.hpp"

#include "bench/common/statistics.hpp"

#include <algorithm>
#include <tuple>

namespace rota::bench {

namespace {

struct change {
  std::int64_t time_us;
  bool arrival; ///< Else a start; at the same time starts come first, as their jobs waited before.
  std::size_t tenant;

  auto operator<=>(const change&) const = default;
};

/// Goes through arrivals and starts in order of time and keeps who waits.
class sweep {
public:
  sweep(job_report& report, std::vector<double> weights)
      : report_(report),
        meter_(std::move(weights)),
        waiting_(report.tenants.size()),
        starts_(report.tenants.size()) {}

  void run(std::vector<change> changes) {
    std::sort(changes.begin(), changes.end());
    for (auto from = changes.begin(); from != changes.end();) {
      const auto to = std::find_if(from, changes.end(), [&](const change& next) {
        return next.time_us != from->time_us || next.arrival != from->arrival;
      });
      if (from->arrival) {
        arrive(from, to);
      } else {
        start(from, to);
      }
      from = to;
    }
    report_.seen = meter_.worst();
  }

private:
  using place = std::vector<change>::const_iterator;

  void arrive(place from, place to) {
    for (; from != to; ++from) {
      meter_.set_waiting(from->tenant, ++waiting_[from->tenant] > 0);
    }
  }

  void start(place from, place to) {
    const bool contested =
        std::all_of(waiting_.begin(), waiting_.end(), [](std::int64_t jobs) { return jobs > 0; });
    std::fill(starts_.begin(), starts_.end(), 0);
    for (auto at = from; at != to; ++at) {
      ++starts_[at->tenant];
      meter_.set_waiting(at->tenant, --waiting_[at->tenant] > 0);
      if (contested) {
        ++report_.tenants[at->tenant].turns_contested;
        ++report_.turns_contested;
      }
    }
    meter_.dispatched_together(starts_, 1);
  }

  job_report& report_;
  fairness_meter meter_;
  std::vector<std::int64_t> waiting_;
  std::vector<std::size_t> starts_;
};

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
  std::vector<double> weight_of;
  for (const auto& tenant : report.tenants) {
    numbers.emplace(tenant.name, numbers.size());
    weight_of.push_back(tenant.weight);
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
  sweep(report, std::move(weight_of)).run(std::move(changes));
  return report;
}

} // namespace rota::bench
