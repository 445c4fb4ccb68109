#include "bench/common/measure.hpp"
#include "bench/common/messages.hpp"
#include "bench/common/report.hpp"
#include "bench/common/rotad.hpp"
#include "bench/common/system_calls.hpp"
#include "bench/common/usage.hpp"
#include "bench/load/cycle.hpp"
#include "bench/load/measurements.hpp"
#include "system/files.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

namespace rota::bench {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::uint32_t tenants_max = 1000;
constexpr std::size_t fill_connections = 4;
constexpr std::size_t idle_connections = 1000;
constexpr std::size_t idle_delayed = 10000;
constexpr std::size_t idle_backlog = 100000;
constexpr auto settle_timeout = std::chrono::seconds(30);
const std::string type = "single";

/// Latency of the disk alone: appends 4 kB to a file and syncs it.
class sync_probe {
public:
  explicit sync_probe(const std::filesystem::path& file)
      : file_(system::open_file(file.string(), O_WRONLY | O_CREAT | O_APPEND)) {
    if (!file_.is_open())
      throw system_failure("cannot write " + file.string());
  }

  /// Writes and syncs once; returns the milliseconds.
  [[nodiscard]] double measure() {
    static constexpr std::array<char, 4096> block{};
    const auto begin = clock::now();
    if (write(file_.get(), block.data(), block.size()) != static_cast<ssize_t>(block.size()) ||
        fdatasync(file_.get()) != 0)
      throw system_failure("cannot sync");
    return ms_since(begin);
  }

private:
  system::descriptor file_;
};

cycle_load load_of_depth(std::size_t depth) {
  return {.type = type,
          // Full requests, each for one tenant, if every tenant gets at least one.
          .request_jobs = depth >= tenants_max * 100 ? 100U : 1U,
          .tenants = static_cast<std::uint32_t>(std::min<std::size_t>(depth, tenants_max)),
          .backlog_jobs = depth};
}

latency_figures figures_of(const sample_set& samples) {
  return {samples.percentile(0.5), samples.percentile(0.99), samples.percentile(0.999)};
}

/// Repeats: syncs once without a daemon; pops one job, completes it, and pushes one to keep the
/// depth.
void measure_latency(client_loop& clients, const load_options& options,
                     const std::filesystem::path& folder, depth_result& result) {
  sync_probe probe(folder / "probe");
  push_request push(type, 1);
  const std::string pop = pop_request(type, 1, 1);
  std::vector<std::string_view> leases;
  std::string completion;
  sample_set pops;
  sample_set syncs;
  for (std::size_t sample = 0; sample < options.samples; ++sample) {
    syncs.add(probe.measure());
    const auto begin = clock::now();
    const auto answer = clients.call(0, pop);
    pops.add(ms_since(begin));
    require_result(answer);
    find_leases(answer, leases);
    if (leases.size() != 1)
      throw std::runtime_error("a pop returned no job although many are waiting");
    write_completion(completion, leases);
    require_result(clients.call(0, completion));
    require_result(
        clients.call(0, push.for_tenant(static_cast<std::uint32_t>(sample % result.tenants))));
  }
  result.pop = figures_of(pops);
  result.raw_sync = figures_of(syncs);
}

void require_depth(const rotad& daemon, const stop_signal& stop, std::size_t depth) {
  client_loop clients(daemon.port(), 1, stop);
  const auto found = waiting_jobs(clients);
  if (found != depth) {
    throw std::runtime_error("after a restart " + std::to_string(found) + " of " +
                             std::to_string(depth) + " jobs are waiting");
  }
}

void measure_restarts(rotad& daemon, const stop_signal& stop, depth_result& result) {
  daemon.kill();
  result.restart_after_kill_s = daemon.start();
  require_depth(daemon, stop, result.depth);
  result.stop_s = daemon.stop();
  result.restart_after_stop_s = daemon.start();
  require_depth(daemon, stop, result.depth);
}

/// Fills the daemon; returns jobs per second, and bytes per job beyond its payload.
std::pair<double, double> fill(const rotad& daemon, const stop_signal& stop, std::size_t depth) {
  client_loop clients(daemon.port(), fill_connections, stop);
  put_type(clients, type);
  cycle_driver driver(clients, load_of_depth(depth));
  driver.create_queues();
  daemon.settle(settle_timeout);
  const auto empty = static_cast<double>(resident_bytes(daemon.pid()));
  const auto begin = clock::now();
  driver.fill();
  const double seconds = seconds_since(begin);
  daemon.settle(settle_timeout);
  const auto full = static_cast<double>(resident_bytes(daemon.pid()));
  const auto jobs = static_cast<double>(depth);
  return {jobs / seconds, (full - empty) / jobs - static_cast<double>(payload_bytes)};
}

depth_result measure_depth(const load_options& options, const std::filesystem::path& folder,
                           const stop_signal& stop, std::size_t depth, load_results& results) {
  depth_result result;
  result.depth = depth;
  result.tenants = load_of_depth(depth).tenants;
  rotad daemon(options.daemon, folder, "fsync", stop);
  const auto [rate, bytes] = fill(daemon, stop, depth);
  result.fill_jobs_per_second = rate;
  if (options.wants("memory"))
    result.bytes_per_job = bytes;
  {
    client_loop clients(daemon.port(), 1, stop);
    if (options.wants("latency"))
      measure_latency(clients, options, folder, result);
    results.fairness_ratio = std::max(results.fairness_ratio, fairness_of(clients).ratio);
    results.fairness_known = true;
  }
  if (options.wants("restart"))
    measure_restarts(daemon, stop, result);
  return result;
}

/// Pushes jobs that are due tomorrow.
void push_delayed(client_loop& clients, std::size_t jobs) {
  constexpr std::size_t jobs_a_request = 500;
  std::string params = R"({"jobs":[)";
  for (std::size_t job = 0; job < jobs_a_request; ++job)
    params += R"({"type":")" + type + R"(","tenant":"later","delay_ms":86400000},)";
  params.back() = ']';
  params += '}';
  for (std::size_t pushed = 0; pushed < jobs; pushed += jobs_a_request)
    ask(clients, "job.push", params);
}

} // namespace

void measure_depths(const load_options& options, const std::filesystem::path& folder,
                    const stop_signal& stop, load_results& results) {
  for (const auto depth : options.depths) {
    std::fprintf(stderr, "  %s jobs waiting\n", with_commas(depth).c_str());
    const auto place = folder / ("depth-" + std::to_string(depth));
    results.depths.push_back(measure_depth(options, place, stop, depth, results));
    std::filesystem::remove_all(place);
  }
}

void measure_idle(const load_options& options, const std::filesystem::path& folder,
                  const stop_signal& stop, load_results& results) {
  std::fprintf(stderr, "  idle\n");
  const rotad daemon(options.daemon, folder / "idle", "fsync", stop);
  client_loop clients(daemon.port(), idle_connections, stop);
  put_type(clients, type);
  cycle_driver(clients, load_of_depth(idle_backlog)).fill();
  push_delayed(clients, idle_delayed);
  daemon.settle(settle_timeout);
  // The oldest change is written to a snapshot after 10 s; wait until that has passed.
  stop.pause(std::chrono::seconds(12));
  daemon.settle(settle_timeout);
  const auto before = usage_of(daemon.pid());
  const auto begin = clock::now();
  stop.pause(std::chrono::milliseconds(static_cast<std::int64_t>(options.idle_seconds * 1000)));
  const auto after = usage_of(daemon.pid());
  results.idle = {.seconds = seconds_since(begin),
                  .connections = idle_connections,
                  .waiting = idle_backlog,
                  .delayed = idle_delayed,
                  .cpu_ms = (after.cpu_seconds - before.cpu_seconds) * 1000,
                  .cpu_ticks = after.cpu_ticks - before.cpu_ticks,
                  .voluntary_switches = after.voluntary_switches - before.voluntary_switches};
}

} // namespace rota::bench
