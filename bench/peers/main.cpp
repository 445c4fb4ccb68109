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
  app.add_flag("--quick", quick, "a smoke test; other options change it");
  app.add_option("--only", options.only, "rates, depths, flood")
      ->delimiter(',')
      ->check(CLI::IsMember({"rates", "depths", "flood"}));
  app.add_option("--systems", options.systems, "which to measure")
      ->delimiter(',')
      ->check(CLI::IsMember(system_names()));
  app.add_option("--daemon", options.daemon, "the rotad to measure");
  app.add_option("--bullmq", options.bullmq, "the folder of its driver and its node_modules");
  app.add_option("--folder", options.folder, "where to make data folders, on the disk to measure");
  app.add_option("--batches", options.batches, "jobs a request")->delimiter(',');
  app.add_option("--connections", options.connections)->delimiter(',');
  app.add_option("--tenants", options.tenants)->delimiter(',')->check(CLI::Range(1, 999999));
  app.add_option("--rounds", options.rounds)->check(CLI::Range(1, 1000));
  app.add_option("--seconds", options.seconds, "of a phase of a cell in a round");
  app.add_option("--backlog", options.backlog, "most jobs that wait while rates are measured");
  app.add_option("--depths", options.depths, "jobs waiting")->delimiter(',');
  app.add_option("--samples", options.samples, "pops at each depth");
  app.add_option("--fill-seconds", options.fill_seconds, "leaves out what takes longer to fill");
  app.add_flag("--json", options.json, "print JSON instead of tables");
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
  CLI::App app("Compares rotad with what people use today");
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
