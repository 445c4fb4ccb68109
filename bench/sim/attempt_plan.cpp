#include "bench/sim/attempt_plan.hpp"

#include "bench/sim/draws.hpp"
#include "json/slice.hpp"
#include "json/write.hpp"

#include <chrono>

namespace rota::bench {
namespace {

/// The random stream of one attempt of one job.
draws draws_of(std::uint64_t seed, std::size_t job, std::uint32_t attempt) {
  return {seed, (static_cast<std::uint64_t>(job) << 20) + attempt};
}

engine::duration part_of(engine::duration whole, double share) {
  return std::chrono::duration_cast<engine::duration>(whole * share);
}

/// The outcome of one job of a batch, as an envelope's command reports it; see
/// executors::verdicts_of().
void append_line(std::string& output, const std::string& job, bool failed) {
  json_writer line{output};
  line.begin_object().member("id", job).member("outcome", failed ? "failed" : "succeeded");
  line.end_object();
  output += '\n';
}

} // namespace

std::string payload_of(std::size_t job) { return std::to_string(job); }

std::vector<std::size_t> jobs_of(const executors::start_order& order) {
  std::vector<std::size_t> jobs;
  for (const auto& job : order.jobs)
    jobs.push_back(static_cast<std::size_t>(json_value{job.payload}.as_int64().value()));
  return jobs;
}

executors::simulated_run plan_attempt(const workload& work, std::uint64_t seed,
                                      const executors::start_order& order, std::size_t running) {
  const auto jobs = jobs_of(order);
  const auto& type = work.types.at(work.jobs.at(jobs.front()).type);
  const bool is_overloaded = type.capacity > 0 && running >= type.capacity;
  executors::simulated_run run;
  run.runs = type.overhead;
  run.how.exit_code = 0;
  run.how.is_of_envelope = order.takes_batches;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    run.runs += work.jobs.at(jobs[i]).runs;
    auto chance = draws_of(seed, jobs[i], order.jobs[i].attempt);
    const bool failed = chance.happens(type.failure_rate) ||
                        (is_overloaded && chance.happens(type.overload_failure_rate));
    if (order.takes_batches)
      append_line(run.how.output, order.jobs[i].id, failed);
    else
      run.how.exit_code = failed ? 1 : 0;
  }
  if (is_overloaded)
    run.runs = part_of(run.runs, static_cast<double>(running + 1) / type.capacity);
  auto fate = draws_of(seed, jobs.front(), ~order.jobs.front().attempt);
  if (fate.happens(type.death_rate))
    run.lost_after = part_of(run.runs, fate.uniform());
  return run;
}

} // namespace rota::bench
