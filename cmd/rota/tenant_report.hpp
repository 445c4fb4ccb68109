// How the tenants of a daemon fared, from the jobs that it lists.
#pragma once
#include "json/slice.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// What a list of jobs says about one of them. Times are microseconds since 1970.
struct listed_job {
  enum class outcome : std::uint8_t { succeeded, failed, cancelled, open };

  std::string tenant;
  outcome ended = outcome::open;
  std::int64_t ready_us = 0;
  std::int64_t started_us = 0; ///< 0: not yet.
};

/// Reads an element of job.list.
[[nodiscard]] listed_job read_listed_job(json_value job);

/// Jobs by outcome.
struct job_counts {
  std::size_t jobs = 0;
  std::size_t succeeded = 0;
  std::size_t failed = 0;
  std::size_t cancelled = 0;
  std::size_t open = 0; ///< The others.
};

struct tenant_figures {
  std::string name;
  double weight = 1;
  job_counts counts;
  double wait_p50_ms = 0; ///< From ready to started, of the jobs that started.
  double wait_p99_ms = 0;
  std::size_t turns_contested = 0; ///< Starts while all tenants were waiting.
};

struct tenant_report {
  std::vector<tenant_figures> tenants; ///< The one with the most jobs first.
  std::size_t turns_contested = 0;
};

[[nodiscard]] job_counts count_outcomes(const std::vector<listed_job>& jobs);

/// Tenants that aren't in `weights` have weight 1. A job that was retried counts with its last start. Shares follow
/// from the times of starts, gaps don't: queues record a start a moment after its decision, so the order of
/// decisions is unknown.
[[nodiscard]] tenant_report report_tenants(const std::vector<listed_job>& jobs,
                                           const std::map<std::string, double>& weights);

/// A line for people.
[[nodiscard]] std::string text_of(const job_counts& counts);
/// A table for people, a line for each tenant.
[[nodiscard]] std::string text_of(const tenant_report& report);
/// One line of JSON.
[[nodiscard]] std::string json_of(const job_counts& counts);
[[nodiscard]] std::string json_of(const tenant_report& report);

} // namespace rota::client
