// What a simulation came to.
#pragma once
#include "bench/common/measure.hpp"
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
  /// Median of (end - arrival) / run time; run times below ten seconds count as ten, and less than 1 as 1.
  double slowdown_p50 = 1;
  /// Of the cost that was handed out while more than one tenant waited, its part.
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
struct sim_life {
  engine::duration arrived{};
  engine::duration first_start{};
  engine::duration ended{};
  std::uint32_t tenant = 0;
  bool failed = false;
};

/// How fair it was up to a time since the start.
struct fairness_sample {
  engine::duration at{};
  fairness_reading fairness;
  double jain = 1;
};

/// Estimates of starts beside the starts.
struct estimate_result {
  std::size_t asked = 0; ///< Jobs that waited when they came.
  std::size_t told = 0;  ///< Of them those that an estimate was told of.
  std::size_t early = 0; ///< Of those the ones that began before the band,
  std::size_t late = 0;  ///< and behind it.
  double ratio_p10 =
      0; ///< Of the wait that came by the one that was expected; below 1 s counts as 1 s.
  double ratio_p50 = 0;
  double ratio_p90 = 0;
};

struct sim_result {
  std::string policy;
  std::size_t jobs = 0;
  double slots = 0;
  double makespan_s = 0; ///< From the first arrival to the last end.
  double utilisation = 0;
  /// Of what tenants got by what was due to them while they waited; 1: all got the same part of it.
  double jain = 1;
  fairness_reading fairness;
  std::size_t attempts = 0;
  std::size_t most_running = 0; ///< Attempts at a time.
  std::size_t failed = 0;       ///< Jobs that ended so.
  std::size_t refused = 0; ///< Pushes for which there was no room; their jobs came again later.
  double wait_p50_s = 0;   ///< Of all jobs, as each tenant's.
  double wait_p99_s = 0;
  double took_p50_s = 0;
  double took_p99_s = 0;
  std::vector<tenant_result> tenants; ///< Most jobs first.
  std::optional<estimate_result> estimates;

  // -- beside what programs are told ---------------------------------------------------------------
  std::vector<sim_attempt> all_attempts; ///< By their start.
  std::vector<sim_life> lives;           ///< By workload::jobs.
  std::vector<std::string> names;        ///< Of tenants, by their numbers.
  std::vector<fairness_sample> samples;  ///< By time; a few hundred.
};

} // namespace rota::bench
