#include "bench/common/client.hpp"
#include "bench/common/measure.hpp"
#include "bench/common/rotad.hpp"
#include "bench/common/usage.hpp"
#include "bench/counted/counts.hpp"
#include "bench/load/measurements.hpp"
#include "wire/time_text.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>

namespace rota::bench {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t jobs_a_request = 500;
constexpr std::size_t tenants = 20;

std::int64_t wall_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void write_no_counts(const std::filesystem::path& file) {
  const process_counts none;
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(&none), sizeof none); // NOLINT
}

std::size_t peak_running(const std::filesystem::path& file) {
  process_counts counts;
  std::ifstream(file, std::ios::binary)
      .read(reinterpret_cast<char*>(&counts), sizeof counts); // NOLINT
  return counts.peak;
}

std::string push_params(std::size_t first, std::size_t count) {
  std::string params = R"({"jobs":[)";
  for (std::size_t i = 0; i < count; ++i) {
    params += i == 0 ? "" : ",";
    params += R"({"type":"true","tenant":"t)" + std::to_string((first + i) % tenants) + "\"}";
  }
  return params + "]}";
}

/// Milliseconds since the end of a job, from its event.
double event_age_ms(std::string_view line) {
  constexpr std::string_view name = "\"at\":\"";
  const auto begin = line.find(name) + name.size();
  const auto at = wire::parse_time(line.substr(begin, line.find('"', begin) - begin));
  return at ? static_cast<double>(wall_us() - *at) / 1000 : 0;
}

void put_settings(client_loop& clients, const load_options& options,
                  const std::filesystem::path& counts) {
  const auto program = options.daemon.parent_path() / "rota-bench-counted";
  ask(clients, "executor.put",
      R"({"name":"process","kind":"process","slots":)" +
          std::to_string(options.processes_at_a_time) + "}");
  ask(clients, "type.put",
      R"({"name":"true","executor":{"name":"process","command":[")" + program.string() + "\",\"" +
          counts.string() + "\"]}}");
}

} // namespace

void measure_executed(const load_options& options, const std::filesystem::path& folder,
                      const stop_signal& stop, load_results& results) {
  std::fprintf(stderr, "  %zu processes, %zu at a time\n", options.processes,
               options.processes_at_a_time);
  const rotad daemon(options.daemon, folder / "executed", "fsync", stop);
  client_loop clients(daemon.port(), 1, stop);
  client_loop events(daemon.port(), 1, stop);
  const auto counts = folder / "counts";
  write_no_counts(counts);
  put_settings(clients, options, counts);
  ask(events, "events.subscribe", R"({"states":["succeeded","failed"]})");
  const auto before = usage_of(daemon.pid());
  const auto begin = clock::now();
  for (std::size_t pushed = 0; pushed < options.processes; pushed += jobs_a_request) {
    const auto count = std::min(jobs_a_request, options.processes - pushed);
    ask(clients, "job.push", push_params(pushed, count));
  }
  executed_result executed;
  sample_set ages;
  while (ages.size() < options.processes) {
    events.poll(std::chrono::seconds(1), [&](std::size_t, std::string_view line) {
      ages.add(event_age_ms(line));
      executed.failed += line.find("\"failed\"") != std::string_view::npos ? 1 : 0;
    });
  }
  const auto seconds = seconds_since(begin);
  const auto after = usage_of(daemon.pid());
  executed.jobs = options.processes;
  executed.slots = options.processes_at_a_time;
  executed.jobs_per_second = static_cast<double>(executed.jobs) / seconds;
  executed.daemon_ms_per_job =
      (after.cpu_seconds - before.cpu_seconds) * 1000 / static_cast<double>(executed.jobs);
  executed.recorded_p50_ms = ages.percentile(0.5);
  executed.recorded_p99_ms = ages.percentile(0.99);
  executed.peak_running = peak_running(counts);
  results.executed = executed;
}

} // namespace rota::bench
