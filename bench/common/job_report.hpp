#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rota::bench {

/// What a list of jobs tells about one of them. Times are microseconds since 1970.
struct listed_job {
  enum class outcome : std::uint8_t { succeeded, failed, cancelled, open };

  std::string tenant;
  outcome ended = outcome::open;
  std::int64_t ready_us = 0;
  std::int64_t started_us = 0; ///< 0: not yet.
};

struct tenant_figures {
  std::string name;
  double weight = 1;
  std::size_t jobs = 0;
  std::size_t failed = 0;
  std::size_t open = 0;   ///< Neither succeeded, failed nor cancelled.
  double wait_p50_ms = 0; ///< From ready to started, of those that started.
  double wait_p99_ms = 0;
  std::size_t turns_contested = 0; ///< Starts while all tenants were waiting.
};

struct job_report {
  std::vector<tenant_figures> tenants; ///< The one with the most jobs first.
  std::size_t turns_contested = 0;
};

/// Tenants that aren't in `weights` have weight 1. A job that was retried counts with its last
/// start. The order of decisions can't be told from start times (queues note them by themselves,
/// a moment after the decision), so shares can, but gaps can't.
[[nodiscard]] job_report make_report(const std::vector<listed_job>& jobs,
                                     const std::map<std::string, double>& weights);

} // namespace rota::bench
