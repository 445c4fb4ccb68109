// The results of a simulation.
#pragma once
#include "engine/fair_share/fairness_gap.hpp"
#include "engine/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rota::bench {

struct tenant_result {
  std::string name;
  std::size_t jobs = 0;
  double wait_p50_s = 0; ///< From arrival to the first start.
  double wait_p90_s = 0;
  double wait_p99_s = 0;
  double took_p50_s = 0; ///< From arrival to the end.
  double took_p99_s = 0;
  /// Median of (end - arrival) / run time. Run times below ten seconds count as ten, ratios below 1
  /// as 1.
  double slowdown_p50 = 1;
  /// The tenant's part of the cost dispatched while more than one tenant was waiting.
  double share = 0;
};

/// One attempt, for plots; times since the start.
struct sim_attempt {
  engine::duration started{};
  engine::duration ended{};
  std::uint32_t tenant = 0;
  std::uint32_t type = 0;
  std::uint32_t jobs = 0;
  double slots = 1;
};

/// One job; times since the start.
struct sim_job_times {
  engine::duration arrived{};
  engine::duration first_start{};
  engine::duration ended{};
  std::uint32_t tenant = 0;
  bool failed = false;
};

/// The fairness from the start to a time.
struct fairness_sample {
  engine::duration at{};
  engine::fairness_gap fairness;
  double jain = 1;
};

/// Estimated starts compared with the actual ones.
struct estimate_result {
  std::size_t requested = 0; ///< Jobs that had to wait on arrival.
  std::size_t estimated = 0; ///< Those of them that got an estimate.
  std::size_t early = 0;     ///< Those of them that started before the estimated range.
  std::size_t late = 0;      ///< Those that started after it.
  double ratio_p10 =
      0; ///< Of actual / expected wait, as the next two; waits below 1 s count as 1 s.
  double ratio_p50 = 0;
  double ratio_p90 = 0;
};

struct sim_result {
  std::string policy;
  std::size_t jobs = 0;
  double slots = 0;
  double makespan_s = 0; ///< From the first arrival to the last end.
  double utilisation = 0;
  /// Jain's index of the ratio of each tenant's service to its due while it waited; 1: the same for
  /// all.
  double jain = 1;
  engine::fairness_gap fairness;
  std::size_t attempts = 0;
  std::size_t peak_running = 0; ///< Largest number of attempts at a time.
  std::size_t failed = 0;       ///< Jobs that failed.
  std::size_t refused = 0;      ///< Refused pushes; their jobs were pushed again later.
  double wait_p50_s = 0;        ///< Over all jobs, as for each tenant.
  double wait_p99_s = 0;
  double took_p50_s = 0;
  double took_p99_s = 0;
  std::vector<tenant_result> tenants; ///< Most jobs first.
  std::optional<estimate_result> estimates;

  // -- not part of the JSON -----------------------------------------------------------------------
  std::vector<sim_attempt> all_attempts; ///< In order of their start.
  std::vector<sim_job_times> all_jobs;   ///< By index in workload::jobs.
  std::vector<std::string> names;        ///< Names of the tenants, by number.
  std::vector<fairness_sample> samples;  ///< In order of time; a few hundred.
};

} // namespace rota::bench
