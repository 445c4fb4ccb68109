// rota-bench-load: measures a real rotad over its wire protocol and reports which goals it reaches.

#include "bench/common/program.hpp"
#include "bench/common/stop_signal.hpp"
#include "bench/load/measurements.hpp"
#include "bench/load/options.hpp"
#include "bench/load/report.hpp"

#include <CLI/CLI.hpp>

namespace rota::bench {

namespace {

/// Depths are filled with requests of 100 jobs.
constexpr std::size_t depth_step = 100;

void make_quick(load_options& options) {
  options.batches = {1, 100};
  options.connections = {8, 64};
  options.tenants = {1000};
  options.durabilities = {"fsync"};
  options.rounds = 1;
  options.depths = {1000, 100000};
  options.samples = 500;
  options.idle_seconds = 2;
  options.processes = 500;
  options.consoles = 20;
  options.observed_seconds = 3;
}

/// The first path at which a program exists, else the first path.
std::filesystem::path find_program(std::initializer_list<std::filesystem::path> places) {
  for (const auto& place : places) {
    if (std::filesystem::exists(place))
      return place;
  }
  return *places.begin();
}

void add_options(CLI::App& app, load_options& options, bool& quick) {
  app.add_flag("--quick", quick,
               "Run a smoke test of about a minute; other options override its values");
  app.add_option("--only", options.only, "Measurements to run (default all)")
      ->delimiter(',')
      ->check(CLI::IsMember(
          {"throughput", "latency", "memory", "restart", "idle", "executed", "observed"}));
  app.add_option("--daemon", options.daemon, "Path of the rotad to measure");
  app.add_option("--yardstick", options.yardstick,
                 "Path of the rota-group-commit-server to compare with");
  app.add_option("--folder", options.folder, "Parent of the data folders, on the disk to measure");
  app.add_option("--batches", options.batches, "Jobs per request")->delimiter(',');
  app.add_option("--connections", options.connections, "Numbers of connections")->delimiter(',');
  app.add_option("--tenants", options.tenants, "Numbers of tenants")
      ->delimiter(',')
      ->check(CLI::Range(1, 999999));
  app.add_option("--durability", options.durabilities,
                 "Durabilities to measure, the first of them in every cell")
      ->delimiter(',')
      ->check(CLI::IsMember({"fsync", "os", "memory"}));
  app.add_flag("--full", options.full, "Measure every cell for every durability");
  app.add_option("--rounds", options.rounds, "Number of rounds")->check(CLI::Range(1, 1000));
  app.add_option("--seconds", options.seconds, "Seconds per cell and round");
  app.add_option("--backlog", options.backlog,
                 "Maximum number of waiting jobs while throughput is measured");
  app.add_option("--depths", options.depths,
                 "Numbers of waiting jobs for latency, memory and restart")
      ->delimiter(',');
  app.add_option("--samples", options.samples, "Number of pops at each depth");
  app.add_option("--idle-seconds", options.idle_seconds,
                 "Seconds for which idle CPU time is measured");
  app.add_option("--processes", options.processes,
                 "Number of jobs that rotad executes as processes")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--processes-at-a-time", options.processes_at_a_time,
                 "Maximum number of concurrent processes")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--consoles", options.consoles,
                 "Number of consoles that observe a daemon under load");
  app.add_option("--observed-seconds", options.observed_seconds,
                 "Seconds of load with consoles, and of load without, per round");
  app.add_flag("--json", options.json, "Print JSON instead of tables");
}

void measure(const load_options& options, const std::filesystem::path& folder,
             const stop_signal& stop, load_results& results) {
  if (options.wants("throughput"))
    measure_throughput(options, folder, stop, results);
  if (options.wants("latency") || options.wants("memory") || options.wants("restart"))
    measure_depths(options, folder, stop, results);
  if (options.wants("idle"))
    measure_idle(options, folder, stop, results);
  if (options.wants("executed"))
    measure_executed(options, folder, stop, results);
  if (options.wants("observed"))
    measure_observed(options, folder, stop, results);
}

int run(int count, char** arguments) {
  load_options options;
  options.daemon = find_program(
      {own_folder() / "rotad", own_folder() / "../rotad", own_folder() / "../cmd/rotad/rotad"});
  options.yardstick = own_folder() / "rota-group-commit-server";
  bool quick = has_argument("--quick", count, arguments);
  if (quick)
    make_quick(options);
  CLI::App app("Measures rotad: throughput, latency, memory, restart, idle CPU, consoles");
  add_options(app, options, quick);
  CLI11_PARSE(app, count, arguments);
  for (auto& depth : options.depths)
    depth = (depth + depth_step - 1) / depth_step * depth_step;
  return measure_in_folder("rota-bench-load", options, measure);
}

} // namespace

} // namespace rota::bench

int main(int count, char** arguments) {
  return rota::bench::run_program("rota-bench-load",
                                  [&] { return rota::bench::run(count, arguments); });
}
