#include "bench/common/child_process.hpp"
#include "bench/common/client.hpp"
#include "bench/common/measure.hpp"
#include "bench/common/report.hpp"
#include "bench/common/rotad.hpp"
#include "bench/common/usage.hpp"
#include "bench/load/cycle.hpp"
#include "bench/load/measurements.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace rota::bench {

namespace {

/// The size of a push of one job with a payload of 256 bytes.
constexpr std::size_t bare_line_bytes = 350;

cycle_load load_of(const throughput_cell& cell, std::size_t backlog) {
  const bool batches = cell.leases == lease_form::batches;
  const auto tenants_waiting =
      std::min<std::size_t>(cell.tenants, std::max<std::size_t>(1, backlog / cell.batch));
  return {.type = type_for(cell.leases, cell.batch),
          .request_jobs = cell.batch,
          .leases_per_pop = batches ? 1 : cell.batch,
          .jobs_per_lease = batches ? cell.batch : 1,
          .tenants = cell.tenants,
          .backlog_jobs = tenants_waiting * cell.batch};
}

void put_types(client_loop& clients, const load_options& options) {
  put_type(clients, "single");
  for (const auto batch : options.batches) {
    if (batch > 1)
      put_type(clients, type_for(lease_form::batches, batch), batch);
  }
}

/// The cells that share a daemon, in the order in which a round measures them.
std::vector<throughput_cell> cells_of(const load_options& options, const std::string& durability,
                                      std::uint32_t tenants) {
  std::vector<throughput_cell> cells;
  const bool all = options.full || durability == options.durabilities.front();
  for (const auto connections : options.connections) {
    if (!all && (options.connections.size() > 1 && connections != 8))
      continue;
    if (!all && (options.tenants.size() > 1 && tenants != 1000))
      continue;
    for (const auto batch : options.batches) {
      if (batch > 1)
        cells.push_back({durability, tenants, connections, batch, lease_form::batches});
      cells.push_back({durability, tenants, connections, batch, lease_form::single});
    }
  }
  return cells;
}

class throughput_bench {
public:
  throughput_bench(const load_options& options, const std::filesystem::path& folder,
                   const stop_signal& stop)
      : options_(options),
        stop_(stop),
        bare_({options.yardstick.string(), "serve", "--file", (folder / "bare").string()},
              (folder / "bare.log").string(), stop) {}

  /// Measures the cells of one daemon, each `rounds` times.
  void measure(const rotad& daemon, std::vector<throughput_result>& results) {
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      std::size_t bare_connections = 0;
      double bare = 0;
      for (auto& result : results) {
        const bool compare = daemon.durability() == "fsync";
        if (compare && bare_connections != result.cell.connections) {
          bare_connections = result.cell.connections;
          bare = measure_bare(bare_connections);
        }
        if (compare)
          result.bare_requests_per_second.push_back(bare);
        measure_once(daemon, result, round);
      }
    }
  }

private:
  double measure_bare(std::size_t connections) {
    client_loop clients(bare_.port(), connections, stop_);
    return run_line_load(clients, bare_line_bytes, as_time(options_.seconds)).requests_per_second;
  }

  void measure_once(const rotad& daemon, throughput_result& result, std::size_t round) {
    const auto& cell = result.cell;
    client_loop clients(daemon.port(), cell.connections, stop_);
    const auto load = load_of(cell, options_.backlog);
    cycle_driver driver(clients, load);
    if (cell.tenants > load.backlog_jobs)
      driver.create_queues();
    driver.fill();
    const auto daemon_before = usage_of(daemon.pid()).cpu_seconds;
    const auto client_before = usage_of(getpid()).cpu_seconds;
    const auto run = driver.run(as_time(options_.seconds));
    const auto jobs = static_cast<double>(run.jobs);
    result.daemon_us_per_job.push_back((usage_of(daemon.pid()).cpu_seconds - daemon_before) * 1e6 /
                                       jobs);
    result.client_us_per_job.push_back((usage_of(getpid()).cpu_seconds - client_before) * 1e6 /
                                       jobs);
    result.jobs_per_second.push_back(jobs / run.seconds);
    result.requests_per_second.push_back(static_cast<double>(run.requests) / run.seconds);
    result.pop_p99_ms.push_back(run.pop_ms.percentile(0.99));
    driver.drain();
    std::fprintf(stderr, "  round %zu: %s, %u tenants, %zu connections, %s of %zu: %s jobs/s\n",
                 round + 1, cell.durability.c_str(), cell.tenants, cell.connections,
                 cell.leases == lease_form::batches ? "batches" : "single leases", cell.batch,
                 with_commas(result.jobs_per_second.back()).c_str());
  }

  const load_options& options_;
  const stop_signal& stop_;
  child_process bare_;
};

} // namespace

void measure_throughput(const load_options& options, const std::filesystem::path& folder,
                        const stop_signal& stop, load_results& results) {
  throughput_bench bench(options, folder, stop);
  for (const auto& durability : options.durabilities) {
    for (const auto tenants : options.tenants) {
      std::vector<throughput_result> measured;
      for (const auto& cell : cells_of(options, durability, tenants))
        measured.emplace_back().cell = cell;
      if (measured.empty())
        continue;
      const auto place = folder / (durability + "-" + std::to_string(tenants));
      {
        const rotad daemon(options.daemon, place, durability, stop);
        client_loop admin(daemon.port(), 1, stop);
        put_types(admin, options);
        bench.measure(daemon, measured);
        results.fairness_ratio = std::max(results.fairness_ratio, fairness_of(admin).ratio);
        results.fairness_known = true;
      }
      std::filesystem::remove_all(place);
      results.throughput.insert(results.throughput.end(), measured.begin(), measured.end());
    }
  }
}

} // namespace rota::bench
