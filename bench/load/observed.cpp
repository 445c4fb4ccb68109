#include "bench/common/child_process.hpp"
#include "bench/common/client.hpp"
#include "bench/common/measure.hpp"
#include "bench/common/rotad.hpp"
#include "bench/load/cycle.hpp"
#include "bench/load/measurements.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace rota::bench {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double jobs_per_second = 10'000;
constexpr std::size_t jobs_a_request = 10;
constexpr std::size_t connections = 16;
constexpr std::uint32_t tenants = 1000;
constexpr std::size_t backlog = 100'000;

std::string address_of(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

/// Scrapes the metrics every second over one connection, as long as the object exists.
class scraper {
public:
  scraper(std::uint16_t port, const stop_signal& stop)
      : client_(port, 1, stop), thread_([this] { scrape(); }) {}
  ~scraper() {
    ended_ = true;
    thread_.join();
  }
  scraper(const scraper&) = delete;
  scraper& operator=(const scraper&) = delete;

  [[nodiscard]] std::size_t answers() const { return answers_; }

private:
  void scrape() {
    try {
      for (auto due = std::chrono::steady_clock::now(); !ended_; due += seconds(1)) {
        client_.send(0, "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        take_lines(due + seconds(1));
      }
    } catch (const std::exception&) {
      ended_ = true; // After a signal or the daemon's end; the load notices either itself.
    }
  }

  void take_lines(std::chrono::steady_clock::time_point until) {
    while (!ended_ && std::chrono::steady_clock::now() < until) {
      client_.poll(milliseconds(50), [&](std::size_t, std::string_view line) {
        answers_ += line.starts_with("HTTP/1.1 200") ? 1 : 0;
      });
    }
  }

  client_loop client_;
  std::atomic<bool> ended_{false};
  std::atomic<std::size_t> answers_{0};
  std::thread thread_;
};

/// Consoles that request the daemon's counters every second.
class observers {
public:
  observers(const load_options& options, const std::filesystem::path& folder,
            std::uint16_t console_port, std::uint16_t http_port, const stop_signal& stop)
      : scraper_(http_port, stop) {
    const std::vector<std::string> command{(options.daemon.parent_path() / "rota").string(),
                                           "console",
                                           "--connect",
                                           address_of(console_port),
                                           "-c",
                                           "watch -n 1 stats"};
    for (std::size_t i = 0; i < options.consoles; ++i)
      consoles_.push_back(child_process::launch(command, (folder / "consoles.log").string()));
    await_answers(std::vector<std::size_t>(consoles_.size()), stop);
  }

  /// Throws unless all consoles keep getting answers.
  void check(const stop_signal& stop) const {
    std::vector<std::size_t> before;
    for (const auto& console : consoles_)
      before.push_back(console->unread_bytes());
    await_answers(before, stop);
    if (scraper_.answers() == 0)
      throw std::runtime_error("no scrape was answered");
  }

private:
  /// Waits until each console has written more than before.
  void await_answers(const std::vector<std::size_t>& before, const stop_signal& stop) const {
    for (int tries = 0; tries < 600; ++tries) {
      const auto answered = std::equal(
          consoles_.begin(), consoles_.end(), before.begin(),
          [](const auto& console, std::size_t had) { return console->unread_bytes() > had; });
      if (answered)
        return;
      stop.pause(milliseconds(100));
    }
    throw std::runtime_error("some consoles got no answer within a minute");
  }

  scraper scraper_;
  std::vector<std::unique_ptr<child_process>> consoles_;
};

/// Runs the load once without measuring it. After a rest, the daemon writes its next snapshots only
/// later, and a short run would not contain them.
cycle_result run_in_stride(cycle_driver& driver, std::chrono::nanoseconds time) {
  static_cast<void>(driver.run(time));
  return driver.run(time);
}

} // namespace

void measure_observed(const load_options& options, const std::filesystem::path& folder,
                      const stop_signal& stop, load_results& results) {
  const auto console_port = free_port();
  const auto http_port = free_port();
  const rotad daemon(options.daemon, folder / "observed", "fsync", stop,
                     {"--console", address_of(console_port), "--http", address_of(http_port)});
  client_loop clients(daemon.port(), connections, stop);
  put_type(clients, "single");
  cycle_driver driver(clients, {"single", jobs_a_request, jobs_a_request, 1, tenants, backlog,
                                jobs_per_second / jobs_a_request});
  driver.fill();
  observed_result found;
  found.consoles = options.consoles;
  found.jobs_per_second_wanted = jobs_per_second;
  const auto time = as_time(options.observed_seconds);
  const auto measure = [&](std::vector<double>& jobs_per_second, std::vector<double>& p99_ms) {
    const auto part = run_in_stride(driver, time);
    jobs_per_second.push_back(static_cast<double>(part.jobs) / part.seconds);
    p99_ms.push_back(part.cycle_ms.percentile(0.99));
  };
  const auto measure_quiet = [&] { measure(found.quiet_jobs_per_second, found.quiet_p99_ms); };
  const auto measure_watched = [&] {
    const observers watching(options, folder, console_port, http_port, stop);
    measure(found.watched_jobs_per_second, found.watched_p99_ms);
    watching.check(stop);
  };
  for (std::size_t round = 0; round < options.rounds; ++round) {
    std::fprintf(stderr, "  round %zu\n", round + 1);
    // Alternates the order, so that neither side is always measured second.
    const bool quiet_first = round % 2 == 0;
    if (quiet_first)
      measure_quiet();
    measure_watched();
    if (!quiet_first)
      measure_quiet();
  }
  results.observed = found;
}

} // namespace rota::bench
