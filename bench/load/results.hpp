#pragma once

#include "bench/common/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rota::bench {

/// A cell of the throughput table.
struct throughput_cell {
  std::string durability;
  std::uint32_t tenants = 1;
  std::size_t connections = 1;
  std::size_t batch = 1;
  lease_form leases = lease_form::single;
};

/// Each vector has one value per round.
struct throughput_result {
  throughput_cell cell;
  std::vector<double> jobs_per_second;
  std::vector<double> requests_per_second;
  std::vector<double> bare_requests_per_second; ///< Empty unless durability is fsync.
  std::vector<double> pop_p99_ms;
  std::vector<double> daemon_us_per_job; ///< CPU time.
  std::vector<double> client_us_per_job;
};

struct latency_figures {
  double p50_ms = 0;
  double p99_ms = 0;
  double p999_ms = 0;
};

/// Measured with `depth` waiting jobs.
struct depth_result {
  std::size_t depth = 0;
  std::uint32_t tenants = 0;
  double fill_jobs_per_second = 0;
  std::optional<latency_figures> pop;
  std::optional<latency_figures> raw_sync; ///< Writing and syncing 4 kB, in the same run.
  std::optional<double> bytes_per_job;     ///< Beyond the payload.
  std::optional<double> restart_after_kill_s;
  std::optional<double> stop_s;
  std::optional<double> restart_after_stop_s;
};

struct idle_result {
  double seconds = 0;
  std::size_t connections = 0;
  std::size_t waiting = 0;
  std::size_t delayed = 0;
  double cpu_ms = 0;
  std::uint64_t cpu_ticks = 0;
  std::uint64_t voluntary_switches = 0;
};

/// Results of jobs that rotad ran as processes.
struct executed_result {
  std::size_t jobs = 0;
  std::size_t failed = 0;
  std::size_t slots = 0;
  double jobs_per_second = 0;
  double daemon_ms_per_job = 0; ///< CPU time.
  /// From the end of the process to the arrival of its event at a client.
  double recorded_p50_ms = 0;
  double recorded_p99_ms = 0;
  std::size_t peak_running = 0; ///< As counted by the processes themselves.
};

/// The same load with consoles and a scraper and without; each vector has one value per round.
struct observed_result {
  std::size_t consoles = 0;
  double jobs_per_second_wanted = 0;
  std::vector<double> quiet_jobs_per_second;
  std::vector<double> watched_jobs_per_second;
  std::vector<double> quiet_p99_ms; ///< Latency of push, pop and completion together.
  std::vector<double> watched_p99_ms;
};

struct load_results {
  std::vector<throughput_result> throughput;
  std::vector<depth_result> depths;
  std::optional<idle_result> idle;
  std::optional<executed_result> executed;
  std::optional<observed_result> observed;
  double fairness_ratio = 0; ///< The worst of all daemons.
  bool fairness_known = false;
};

} // namespace rota::bench
