#include "bench/load/executed.hpp"

#include "bench/common/client_loop.hpp"
#include "bench/common/process_usage.hpp"
#include "bench/common/rotad.hpp"
#include "bench/common/statistics.hpp"
#include "cmd/protocol/time_text.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

namespace rota::bench {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t jobs_a_request = 500;
constexpr std::size_t tenants = 20;
/// The jobs' command: a name that nothing else on the machine has.
constexpr std::string_view command_name = "rota-bench-true";

std::int64_t wall_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Processes of that name which have not ended.
std::size_t processes_named(std::string_view name) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto number = entry.path().filename().string();
    if (number.find_first_not_of("0123456789") != std::string::npos) {
      continue;
    }
    std::string words; // empty for a zombie
    std::ifstream in(entry.path() / "cmdline");
    std::getline(in, words, '\0');
    count += words.ends_with(name) ? 1 : 0;
  }
  return count;
}

/// Counts again and again until it ends; keeps the largest count.
class observer {
public:
  observer() : thread_([this] { look(); }) {}
  ~observer() { most(); }
  std::size_t most() {
    if (thread_.joinable()) {
      done_ = true;
      thread_.join();
    }
    return most_;
  }

private:
  void look() {
    while (!done_) {
      most_ = std::max(most_, processes_named(command_name));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  std::atomic<bool> done_{false};
  std::size_t most_ = 0;
  std::thread thread_;
};

std::string push_params(std::size_t first, std::size_t count) {
  std::string params = R"({"jobs":[)";
  for (std::size_t i = 0; i < count; ++i) {
    params += i == 0 ? "" : ",";
    params += R"({"type":"true","tenant":"t)" + std::to_string((first + i) % tenants) + "\"}";
  }
  return params + "]}";
}

/// The microseconds since the end that an event tells.
double event_age_ms(std::string_view line) {
  constexpr std::string_view name = "\"at\":\"";
  const auto begin = line.find(name) + name.size();
  const auto at = protocol::parse_time(line.substr(begin, line.find('"', begin) - begin));
  return at ? static_cast<double>(wall_us() - *at) / 1000 : 0;
}

void put_settings(client_loop& clients, const std::filesystem::path& program, std::size_t slots) {
  static_cast<void>(
      ask(clients, "executor.put",
          R"({"name":"process","kind":"process","slots":)" + std::to_string(slots) + "}"));
  static_cast<void>(ask(clients, "type.put",
                        R"({"name":"true","executor":{"name":"process","command":[")" +
                            program.string() + "\"]}}"));
}

} // namespace

void measure_executed(const load_options& options, const std::filesystem::path& folder,
                      const stop_signal& stop, load_results& results) {
  std::fprintf(stderr, "  %zu processes, %zu at a time\n", options.processes,
               options.processes_at_a_time);
  const rotad daemon(options.daemon, folder / "executed", "fsync", stop);
  client_loop clients(daemon.port(), 1, stop);
  client_loop events(daemon.port(), 1, stop);
  const auto program = folder / command_name;
  std::filesystem::copy_file("/bin/true", program);
  put_settings(clients, program, options.processes_at_a_time);
  static_cast<void>(ask(events, "events.subscribe", R"({"states":["succeeded","failed"]})"));
  observer outside;
  const auto before = usage_of(daemon.pid());
  const auto begin = clock::now();
  for (std::size_t pushed = 0; pushed < options.processes; pushed += jobs_a_request) {
    const auto count = std::min(jobs_a_request, options.processes - pushed);
    static_cast<void>(ask(clients, "job.push", push_params(pushed, count)));
  }
  executed_result executed;
  sample_set ages;
  while (ages.size() < options.processes) {
    events.poll(std::chrono::seconds(1), [&](std::size_t, std::string_view line) {
      ages.add(event_age_ms(line));
      executed.failed += line.find("\"failed\"") != std::string_view::npos ? 1 : 0;
    });
  }
  const auto seconds = std::chrono::duration<double>(clock::now() - begin).count();
  const auto after = usage_of(daemon.pid());
  executed.jobs = options.processes;
  executed.slots = options.processes_at_a_time;
  executed.jobs_per_second = static_cast<double>(executed.jobs) / seconds;
  executed.daemon_ms_per_job =
      (after.cpu_seconds - before.cpu_seconds) * 1000 / static_cast<double>(executed.jobs);
  executed.recorded_p50_ms = ages.percentile(0.5);
  executed.recorded_p99_ms = ages.percentile(0.99);
  executed.most_at_a_time = outside.most();
  results.executed = executed;
}

} // namespace rota::bench
