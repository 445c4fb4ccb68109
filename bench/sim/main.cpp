// rota-sim: Rota's real actors in virtual time, under a recorded or described load.

#include "bench/common/program.hpp"
#include "bench/sim/html/page.hpp"
#include "bench/sim/policies/policy.hpp"
#include "bench/sim/replay/replay.hpp"
#include "bench/sim/report.hpp"
#include "bench/sim/run_to_end.hpp"
#include "bench/sim/scenario.hpp"
#include "bench/sim/trace.hpp"
#include "bench/sim/what_if/what_if.hpp"

#include <CLI/CLI.hpp>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {
namespace {

struct sim_options {
  std::string trace;
  std::string scenario;
  std::vector<std::string> changes; ///< Changes of the scenario.
  std::size_t jobs = 0;
  double slots = 0;
  std::uint64_t seed = 1;
  trace_mapping mapping;
  policy_kind policy = policy_kind::fair;
  bool compare = false;
  bool check = false;
  std::size_t explain_each = 0;
  std::size_t tenants_shown = 20;
  bool json = false;
  std::string html;
  std::string over_time;
  std::string command; ///< The command line as given.
};

workload read_trace(const sim_options& options) {
  const auto log = read_swf(options.trace, options.jobs);
  if (log.jobs.empty())
    throw std::runtime_error("no jobs in " + options.trace);
  if (log.broken_lines > 0)
    std::fprintf(stderr, "%zu lines are not jobs and were left out\n", log.broken_lines);
  auto mapping = options.mapping;
  mapping.executor_slots =
      options.slots > 0 ? options.slots : static_cast<double>(std::lround(average_load(log)));
  return workload_of_trace(log, mapping);
}

workload read_scenario_file(const sim_options& options) {
  auto text = read_text(options.scenario);
  try {
    for (const auto& change : options.changes)
      text = changed_scenario(text, change);
    auto what = read_scenario(text);
    if (options.slots > 0)
      what.slots = options.slots;
    return workload_of(what, options.seed);
  } catch (const scenario_error& error) {
    throw std::runtime_error(options.scenario + ": " + error.what());
  }
}

simulation_options settings_for(const sim_options& options, policy_kind policy) {
  simulation_options settings{.seed = options.seed,
                              .policy = policy,
                              .checks = options.check,
                              .explain_each = options.explain_each};
  if (!options.trace.empty())
    poll_rarely(settings);
  return settings;
}

sim_result simulate(const workload& work, const sim_options& options, policy_kind policy) {
  return run_to_end(work, settings_for(options, policy), std::string{to_text(policy)});
}

void print(const std::vector<sim_result>& results, const sim_options& options) {
  if (options.json) {
    for (const auto& result : results)
      std::printf("%s\n", json_of(result).c_str());
  } else if (options.compare) {
    std::printf("%s", comparison_of(results, options.tenants_shown).c_str());
  } else {
    std::printf("%s", text_of(results.front(), options.tenants_shown).c_str());
  }
}

void write(const std::string& file, const std::string& text) {
  std::ofstream out{file, std::ios::binary};
  out << text << std::flush;
  if (!out)
    throw std::runtime_error("cannot write " + file);
}

void run_policies(const sim_options& options) {
  const auto work = options.trace.empty() ? read_scenario_file(options) : read_trace(options);
  if (work.jobs.empty())
    throw std::runtime_error("no jobs arrive: the workload is empty");
  std::vector<sim_result> results;
  if (options.compare)
    for (const auto policy : all_policies)
      results.push_back(simulate(work, options, policy));
  else
    results.push_back(simulate(work, options, options.policy));
  if (!options.html.empty())
    write(options.html, html_of(results, options.command));
  if (!options.over_time.empty())
    write(options.over_time, over_time(results.front()));
  print(results, options);
}

/// The names of an enumeration's values on the command line.
template <class Value>
CLI::CheckedTransformer one_of(std::initializer_list<Value> values) {
  std::map<std::string, Value> names;
  for (const auto value : values)
    names.emplace(to_text(value), value);
  return CLI::CheckedTransformer(names);
}

int run(int count, char** arguments) {
  sim_options options;
  CLI::App app("Simulates load on Rota: its real actors in virtual time");
  app.footer("rota-sim what-if --help: replay a daemon's own jobs under other settings\n"
             "rota-sim replay --help: replay a Standard Workload Format log through a real rotad");
  const auto columns = one_of({swf_column::user, swf_column::group, swf_column::executable,
                               swf_column::queue, swf_column::partition});
  auto* input = app.add_option_group("input", "The workload");
  input->add_option("--trace", options.trace, "Standard Workload Format log, plain or .gz");
  auto* scenario =
      input->add_option("--scenario", options.scenario,
                        "Scenario, a JSON file; see bench/sim/README.md for the format");
  input->require_option(1);
  app.add_option("--set", options.changes,
                 "Change of the scenario, as POINTER=VALUE, such as /types/report/overhead_s=5")
      ->allow_extra_args(false)
      ->needs(scenario);
  app.add_option("--jobs", options.jobs,
                 "Maximum number of jobs to read from the log (default all)");
  app.add_option(
         "--slots", options.slots,
         "Number of slots (default: the scenario's, or the average number in use in the log)")
      ->check(CLI::PositiveNumber);
  app.add_option("--slots-from", options.mapping.slots,
                 "Slots of a job: one, or as many as its processors")
      ->transform(one_of({slots_from::one, slots_from::procs}));
  app.add_option("--tenant-column", options.mapping.tenant,
                 "Column of the log to use as the tenant")
      ->transform(columns);
  app.add_option("--type-column", options.mapping.type, "Column of the log to use as the type")
      ->transform(columns);
  app.add_option("--policy", options.policy,
                 "Policy that chooses the next tenant (default fair, Rota's)")
      ->transform(one_of({policy_kind::fair, policy_kind::fifo, policy_kind::lru,
                          policy_kind::priority, policy_kind::drr}));
  app.add_flag("--compare", options.compare, "Run all policies on the same input");
  app.add_flag("--check", options.check, "Assert Rota's promises after each step");
  app.add_option("--estimates", options.explain_each,
                 "Also measure the accuracy of estimated starts, for one job in this many")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed,
                 "Seed of all random draws; equal seeds give equal results");
  app.add_option("--tenants", options.tenants_shown, "Maximum number of tenants in the table");
  app.add_flag("--json", options.json, "Print a line of JSON for each policy instead of a table");
  app.add_option("--over-time", options.over_time,
                 "File for a table of slots in use and waiting jobs over time, for plots");
  app.add_option("--html", options.html, "File for a report with plots; requires gnuplot");
  CLI11_PARSE(app, count, arguments);
  options.command = "rota-sim";
  for (int i = 1; i < count; ++i)
    options.command.append(" ").append(arguments[i]);
  run_policies(options);
  return 0;
}

} // namespace
} // namespace rota::bench

int main(int count, char** arguments) {
  return rota::bench::run_program("rota-sim", [&] {
    if (count > 1 && std::string_view{arguments[1]} == "what-if")
      return rota::bench::run_what_if(count - 1, arguments + 1);
    if (count > 1 && std::string_view{arguments[1]} == "replay")
      return rota::bench::run_replay(count - 1, arguments + 1);
    return rota::bench::run(count, arguments);
  });
}
