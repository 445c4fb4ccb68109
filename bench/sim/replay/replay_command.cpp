#include "bench/common/program.hpp"
#include "bench/common/report.hpp"
#include "bench/common/rotad.hpp"
#include "bench/common/stop_signal.hpp"
#include "bench/common/swf.hpp"
#include "bench/sim/replay/replay.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace rota::bench {

namespace {

struct replay_options {
  std::string file;
  std::filesystem::path daemon;
  std::filesystem::path folder = "/tmp";
  std::string durability = "fsync";
  double speed = 20000;
  std::size_t jobs = 0;
  std::size_t slots = 0;
  std::size_t shown = 20;
};

std::vector<std::string> row_of(const replay_tenant& tenant) {
  return {tenant.name,
          with_commas(tenant.jobs),
          decimal(tenant.wait_ms.percentile(0.5), 2),
          decimal(tenant.wait_ms.percentile(0.9), 2),
          decimal(tenant.wait_ms.percentile(0.99), 2),
          with_commas(tenant.turns),
          with_commas(tenant.equal_share),
          tenant.equal_share > 0
              ? decimal(static_cast<double>(tenant.turns) / tenant.equal_share, 2)
              : "-"};
}

void print_report(replay_result& result, const engine::fairness_gap& served,
                  const replay_options& options) {
  auto& tenants = result.tenants;
  std::stable_sort(tenants.begin(), tenants.end(),
                   [](const auto& a, const auto& b) { return a.jobs > b.jobs; });
  text_table table({"tenant", "jobs", "wait p50 ms", "p90", "p99", "turns while waiting",
                    "equal share of them", "ratio"});
  const auto shown = std::min(options.shown, tenants.size());
  for (std::size_t place = 0; place < shown; ++place)
    table.add(row_of(tenants[place]));
  std::printf("%s%s", table.text().c_str(), tenants_left_out(shown, tenants.size()).c_str());
  std::printf("\n%s jobs of %zu tenants in %.1f s (%s jobs/s), 1 ms here is %.1f s of the log; at "
              "most %s waited\n",
              with_commas(result.jobs).c_str(), tenants.size(), result.seconds,
              with_commas(static_cast<double>(result.jobs) / result.seconds).c_str(),
              options.speed / 1000, with_commas(result.peak_waiting).c_str());
  std::printf("pushes fell behind the log by at most %.3f s\n", result.push_delay_max_s);
  std::printf("fairness gap / bound: %.3f / %.3f = %.3f as the daemon measured, %.3f / %.3f = %.3f "
              "as seen by the client\n",
              served.gap, served.bound, served.ratio, result.observed.gap, result.observed.bound,
              result.observed.ratio);
}

int replay_log(replay_options options, const stop_signal& stop) {
  const auto log = read_swf(options.file, options.jobs);
  if (log.jobs.empty()) {
    std::fprintf(stderr, "rota-sim replay: no jobs in %s\n", options.file.c_str());
    return 1;
  }
  if (log.broken_lines > 0)
    std::fprintf(stderr, "%zu lines are not jobs and were left out\n", log.broken_lines);
  if (options.slots == 0)
    options.slots = static_cast<std::size_t>(std::lround(average_load(log)));
  const temporary_folder folder(options.folder);
  const rotad daemon(options.daemon, folder.path(), options.durability, stop);
  client_loop clients(daemon.port(), replay::connections, stop);
  replay player(clients, log, options.speed, options.slots);
  player.put_types();
  const double span = log.jobs.back().submit_s - log.jobs.front().submit_s;
  std::fprintf(stderr, "%s jobs over %.1f days, %.0f times faster, %zu workers\n",
               with_commas(log.jobs.size()).c_str(), span / 86400, options.speed, options.slots);
  auto result = player.run();
  const auto served = fairness_of(clients);
  print_report(result, served, options);
  return std::max(served.ratio, result.observed.ratio) <= 1 ? 0 : 1;
}

} // namespace

int run_replay(int count, char** arguments) {
  replay_options options;
  options.daemon = own_folder() / "rotad";
  CLI::App app("Replays a Standard Workload Format log through rotad", "rota-sim replay");
  app.add_option("file", options.file, "Log to replay, plain or .gz")->required();
  app.add_option("--speed", options.speed, "Factor by which the replay is faster than the log")
      ->check(CLI::PositiveNumber);
  app.add_option("--jobs", options.jobs,
                 "Maximum number of jobs to read from the log (default all)");
  app.add_option("--slots", options.slots,
                 "Number of simulated workers (default: the average number in use in the log)");
  app.add_option("--tenants", options.shown, "Maximum number of tenants in the table");
  app.add_option("--daemon", options.daemon, "Path of the rotad to use");
  app.add_option("--folder", options.folder, "Parent of the data folder");
  app.add_option("--durability", options.durability, "Durability of the daemon")
      ->check(CLI::IsMember({"fsync", "os", "memory"}));
  CLI11_PARSE(app, count, arguments);
  const stop_signal stop;
  return replay_log(options, stop);
}

} // namespace rota::bench
