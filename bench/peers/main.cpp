// rota-bench-peers: puts the same load on rotad and on common job queues, side by side.

#include "bench/common/program.hpp"
#include "bench/common/stop_signal.hpp"
#include "bench/peers/measurements.hpp"
#include "bench/peers/options.hpp"
#include "bench/peers/report.hpp"
#include "bench/peers/systems.hpp"

#include <CLI/CLI.hpp>

namespace rota::bench {

namespace {

void make_quick(peers_options& options) {
  options.tenants = {1000};
  options.rounds = 1;
  options.seconds = 0.2;
  options.pushed_jobs_max = 10000;
  options.depths = {10000};
  options.samples = 200;
}

void add_options(CLI::App& app, peers_options& options, bool& quick) {
  app.add_flag("--quick", quick, "Run a smoke test; other options override its values");
  app.add_option("--only", options.only, "Measurements to run (default all)")
      ->delimiter(',')
      ->check(CLI::IsMember({"rates", "depths", "flood"}));
  app.add_option("--systems", options.systems, "Systems to measure (default all)")
      ->delimiter(',')
      ->check(CLI::IsMember(system_names()));
  app.add_option("--daemon", options.daemon, "Path of the rotad to measure");
  app.add_option("--bullmq", options.bullmq, "Folder of the BullMQ driver and its node_modules");
  app.add_option("--folder", options.folder, "Parent of the data folders, on the disk to measure");
  app.add_option("--batches", options.batches, "Jobs per request")->delimiter(',');
  app.add_option("--connections", options.connections, "Numbers of connections")->delimiter(',');
  app.add_option("--tenants", options.tenants, "Numbers of tenants")
      ->delimiter(',')
      ->check(CLI::Range(1, 999999));
  app.add_option("--rounds", options.rounds, "Number of rounds")->check(CLI::Range(1, 1000));
  app.add_option("--seconds", options.seconds, "Seconds per phase of a cell and round");
  app.add_option("--backlog", options.backlog,
                 "Maximum number of waiting jobs while rates are measured");
  app.add_option("--depths", options.depths, "Numbers of waiting jobs")->delimiter(',');
  app.add_option("--samples", options.samples, "Number of pops at each depth");
  app.add_option("--fill-seconds", options.fill_seconds,
                 "Maximum seconds to fill a depth; longer ones are left out");
  app.add_flag("--json", options.json, "Print JSON instead of tables");
}

void measure(const peers_options& options, const std::filesystem::path& folder,
             const stop_signal& stop, peers_results& results) {
  const system_paths paths{options.daemon, options.bullmq, folder};
  if (options.wants("rates"))
    measure_rates(options, paths, stop, results);
  if (options.wants("depths"))
    measure_depths(options, paths, stop, results);
  if (options.wants("flood"))
    measure_flood(options, paths, stop, results);
}

int run(int count, char** arguments) {
  peers_options options;
  options.daemon = own_folder() / "rotad";
  options.bullmq = own_folder() / "../bullmq";
  options.systems = system_names();
  bool quick = has_argument("--quick", count, arguments);
  if (quick)
    make_quick(options);
  CLI::App app("Compares rotad with common job queues");
  add_options(app, options, quick);
  CLI11_PARSE(app, count, arguments);
  return measure_in_folder("rota-bench-peers", options, measure);
}

} // namespace

} // namespace rota::bench

int main(int count, char** arguments) {
  return rota::bench::run_program("rota-bench-peers",
                                  [&] { return rota::bench::run(count, arguments); });
}
