#include "bench/sim/what_if/what_if.hpp"

#include "bench/common/measure.hpp"
#include "bench/common/program.hpp"
#include "bench/sim/run_to_end.hpp"
#include "bench/sim/what_if/recorded_workload.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <stdexcept>

namespace rota::bench {
namespace {

sim_result simulated(recorded_workload& what, const what_if_question& question,
                     const std::string& title) {
  for (auto& type : what.work.types)
    type.overhead = from_seconds(question.overhead_s);
  simulation_options settings{.seed = question.seed};
  poll_rarely(settings);
  return run_to_end(what.work, settings, title);
}

std::map<std::string, recorded_waits> waits_of(const recorded_workload& what) {
  std::map<std::string, recorded_waits> all;
  for (std::size_t t = 0; t < what.work.tenants.size(); ++t) {
    sample_set waits;
    for (const auto wait_s : what.waits_s[t])
      waits.add(wait_s);
    all[what.work.tenants[t]] = {waits.size(), waits.percentile(0.5), waits.percentile(0.99)};
  }
  return all;
}

} // namespace

what_if_answer what_if(std::string_view text, const what_if_question& question) {
  auto all = read_recording(text);
  what_if_answer answer;
  answer.pool = question.pool.value_or(busiest_pool(all));
  answer.changes = question.changes;
  auto before = workload_of_recording(all, answer.pool, slots_of(all, answer.pool));
  if (before.work.jobs.empty())
    throw std::runtime_error("no jobs of pool " + answer.pool + " have ended");
  for (const auto& change : question.changes)
    change_setting(all, answer.pool, change);
  auto after = workload_of_recording(all, answer.pool, slots_of(all, answer.pool));
  answer.guessed = before.guessed;
  answer.left_out = before.left_out;
  answer.recorded = waits_of(before);
  answer.before = simulated(before, question, "before");
  answer.after = simulated(after, question, "after");
  return answer;
}

int run_what_if(int count, char** arguments) {
  CLI::App app("Replays a daemon's own jobs under its current settings and under changed ones",
               "rota-sim what-if");
  what_if_question question;
  std::string file;
  std::size_t tenants_shown = 20;
  bool json = false;
  app.add_option("recording", file, "Output of rota history export")->required();
  app.add_option("--set", question.changes,
                 "Change of a setting, as POINTER=VALUE: /tenants/NAME/weight=3, "
                 "/types/NAME/max_running=8, "
                 "/keys/NAME/max_running=2, /pool/cost=\"runtime\", /slots=16")
      ->allow_extra_args(false);
  app.add_option("--pool", question.pool,
                 "Pool whose jobs to replay (default: the one with the most jobs)");
  app.add_option("--overhead", question.overhead_s,
                 "Seconds for which an attempt keeps its slots beyond its recorded run time")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--seed", question.seed, "Seed of all random draws");
  app.add_option("--tenants", tenants_shown, "Maximum number of tenants in the table");
  app.add_flag("--json", json, "Print a line of JSON instead of tables");
  CLI11_PARSE(app, count, arguments);
  const auto answer = what_if(read_text(file), question);
  if (json)
    std::printf("%s\n", json_of(answer).c_str());
  else
    std::printf("%s", text_of(answer, tenants_shown).c_str());
  return 0;
}

} // namespace rota::bench
