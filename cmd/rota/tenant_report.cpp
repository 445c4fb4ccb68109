#include "cmd/rota/tenant_report.hpp"

#include "cmd/rota/params.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"
#include "json/write.hpp"
#include "wire/time_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace rota::client {

namespace {

struct change {
  std::int64_t time_us;
  /// Otherwise a start. At equal times starts sort first, because their jobs had been waiting
  /// before.
  bool arrival;
  std::size_t tenant;

  auto operator<=>(const change&) const = default;
};

/// Processes arrivals and starts in order of time, and counts the starts while all tenants waited.
void count_contested_turns(std::vector<change> changes, tenant_report& report) {
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

void add(job_counts& counts, listed_job::outcome ended) {
  ++counts.jobs;
  switch (ended) {
  case listed_job::outcome::succeeded: ++counts.succeeded; return;
  case listed_job::outcome::failed: ++counts.failed; return;
  case listed_job::outcome::cancelled: ++counts.cancelled; return;
  case listed_job::outcome::open: ++counts.open; return;
  }
}

/// Counts by tenant, the one with the most jobs first.
std::vector<tenant_figures> count_by_tenant(const std::vector<listed_job>& jobs,
                                            const std::map<std::string, double>& weights) {
  std::map<std::string, tenant_figures> by_name;
  for (const auto& job : jobs)
    add(by_name[job.tenant].counts, job.ended);
  std::vector<tenant_figures> tenants;
  for (auto& [name, tenant] : by_name) {
    tenant.name = name;
    if (const auto weight = weights.find(name); weight != weights.end())
      tenant.weight = weight->second;
    tenants.push_back(std::move(tenant));
  }
  std::stable_sort(tenants.begin(), tenants.end(),
                   [](const auto& a, const auto& b) { return a.counts.jobs > b.counts.jobs; });
  return tenants;
}

/// The smallest value that at least `share` of the values do not exceed; 0 if there are none.
double percentile(std::vector<double>& values, double share) {
  if (values.empty())
    return 0;
  const auto rank = std::max(1.0, std::ceil(share * static_cast<double>(values.size())));
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

std::string count_text(std::size_t count) { return with_commas(static_cast<double>(count)); }

std::string percent(double part, double whole) {
  return whole > 0 ? fmt::format("{:.1f}%", 100 * part / whole) : "-";
}

void write_counts(json_writer& out, const job_counts& counts) {
  out.member("jobs", static_cast<std::int64_t>(counts.jobs))
      .member("succeeded", static_cast<std::int64_t>(counts.succeeded))
      .member("failed", static_cast<std::int64_t>(counts.failed))
      .member("cancelled", static_cast<std::int64_t>(counts.cancelled))
      .member("open", static_cast<std::int64_t>(counts.open));
}

} // namespace

listed_job read_listed_job(json_value job) {
  const auto time = [&](std::string_view name) {
    return wire::parse_time(text_in(job, name)).value_or(0);
  };
  listed_job read;
  read.tenant = text_in(job, "tenant");
  const auto state = text_in(job, "state");
  if (state == "succeeded")
    read.ended = listed_job::outcome::succeeded;
  else if (state == "failed")
    read.ended = listed_job::outcome::failed;
  else if (state == "cancelled")
    read.ended = listed_job::outcome::cancelled;
  read.started_us = time("started_at");
  read.ready_us = time("ready_at");
  // A retried job may have become ready again after its last start.
  if (read.ready_us == 0 || (read.started_us != 0 && read.ready_us > read.started_us))
    read.ready_us = time("created_at");
  return read;
}

job_counts count_outcomes(const std::vector<listed_job>& jobs) {
  job_counts counts;
  for (const auto& job : jobs)
    add(counts, job.ended);
  return counts;
}

tenant_report report_tenants(const std::vector<listed_job>& jobs,
                             const std::map<std::string, double>& weights) {
  tenant_report report{count_by_tenant(jobs, weights)};
  std::map<std::string_view, std::size_t> numbers;
  for (const auto& tenant : report.tenants)
    numbers.emplace(tenant.name, numbers.size());
  std::vector<change> changes;
  std::vector<std::vector<double>> waits_ms(report.tenants.size());
  for (const auto& job : jobs) {
    const auto tenant = numbers.at(job.tenant);
    if (job.started_us != 0 || job.ended == listed_job::outcome::open)
      changes.push_back({job.ready_us, true, tenant});
    if (job.started_us != 0) {
      changes.push_back({job.started_us, false, tenant});
      waits_ms[tenant].push_back(static_cast<double>(job.started_us - job.ready_us) / 1000);
    }
  }
  for (std::size_t tenant = 0; tenant < waits_ms.size(); ++tenant) {
    report.tenants[tenant].wait_p50_ms = percentile(waits_ms[tenant], 0.5);
    report.tenants[tenant].wait_p99_ms = percentile(waits_ms[tenant], 0.99);
  }
  count_contested_turns(std::move(changes), report);
  return report;
}

std::string text_of(const job_counts& counts) {
  return fmt::format("{} jobs: {} succeeded, {} failed, {} cancelled, {} open\n",
                     count_text(counts.jobs), count_text(counts.succeeded),
                     count_text(counts.failed), count_text(counts.cancelled),
                     count_text(counts.open));
}

std::string text_of(const tenant_report& report) {
  double weights = 0;
  for (const auto& tenant : report.tenants)
    weights += tenant.weight;
  table rows{{"tenant", "jobs", "failed", "open", "wait p50 ms", "wait p99 ms",
              "share while all waited", "by weight"}};
  for (const auto& tenant : report.tenants) {
    rows.add({visible(tenant.name), count_text(tenant.counts.jobs),
              count_text(tenant.counts.failed), count_text(tenant.counts.open),
              fmt::format("{:.0f}", tenant.wait_p50_ms), fmt::format("{:.0f}", tenant.wait_p99_ms),
              percent(static_cast<double>(tenant.turns_contested),
                      static_cast<double>(report.turns_contested)),
              percent(tenant.weight, weights)});
  }
  return rows.text();
}

std::string json_of(const job_counts& counts) {
  std::string text;
  json_writer out{text};
  out.begin_object();
  write_counts(out, counts);
  out.end_object();
  return text;
}

std::string json_of(const tenant_report& report) {
  std::string text;
  json_writer out{text};
  out.begin_object().key("tenants").begin_array();
  for (const auto& tenant : report.tenants) {
    out.begin_object().member("tenant", std::string_view{tenant.name});
    write_counts(out, tenant.counts);
    out.key("weight").number(tenant.weight);
    out.key("wait_p50_ms").number(tenant.wait_p50_ms);
    out.key("wait_p99_ms").number(tenant.wait_p99_ms);
    out.member("starts_while_all_waited", static_cast<std::int64_t>(tenant.turns_contested));
    out.end_object();
  }
  out.end_array().end_object();
  return text;
}

} // namespace rota::client
