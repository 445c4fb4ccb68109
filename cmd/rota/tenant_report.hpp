// Summarises how a server's tenants were served, from its list of jobs.
#pragma once
#include "json/slice.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// One job in a list of jobs. Times are microseconds since 1970.
struct listed_job {
  enum class outcome : std::uint8_t { succeeded, failed, cancelled, open };

  std::string tenant;
  outcome ended = outcome::open;
  std::int64_t ready_us = 0;
  std::int64_t started_us = 0; ///< 0: not started.
};

/// Reads an element of job.list.
[[nodiscard]] listed_job read_listed_job(json_value job);

/// Jobs by outcome.
struct job_counts {
  std::size_t jobs = 0;
  std::size_t succeeded = 0;
  std::size_t failed = 0;
  std::size_t cancelled = 0;
  std::size_t open = 0; ///< All other jobs.
};

struct tenant_figures {
  std::string name;
  double weight = 1;
  job_counts counts;
  double wait_p50_ms = 0; ///< From ready to start, of the jobs that started.
  double wait_p99_ms = 0;
  std::size_t turns_contested = 0; ///< Starts while all tenants had waiting jobs.
};

struct tenant_report {
  std::vector<tenant_figures> tenants; ///< Sorted by number of jobs, most first.
  std::size_t turns_contested = 0;
};

[[nodiscard]] job_counts count_outcomes(const std::vector<listed_job>& jobs);

/// Tenants missing from `weights` have weight 1. A retried job counts with its last start. The
/// times of starts determine shares, but not fairness gaps: queues record a start slightly after
/// its decision, so the order of decisions is unknown.
[[nodiscard]] tenant_report report_tenants(const std::vector<listed_job>& jobs,
                                           const std::map<std::string, double>& weights);

/// Returns a line for people.
[[nodiscard]] std::string text_of(const job_counts& counts);
/// Returns a table for people, one line per tenant.
[[nodiscard]] std::string text_of(const tenant_report& report);
/// Returns one line of JSON.
[[nodiscard]] std::string json_of(const job_counts& counts);
[[nodiscard]] std::string json_of(const tenant_report& report);

} // namespace rota::client
