#include "bench/common/measure.hpp"
#include "bench/load/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace rota::bench {

namespace {

constexpr double batches_goal = 200000;
constexpr double single_goal = 60000;
constexpr double bare_ratio_goal = 0.6;
constexpr double many_connections_goal = 20000;
constexpr double many_tenants_batches_goal = 0.8;
constexpr double many_tenants_single_goal = 0.35;
constexpr double pop_beyond_sync_ms_goal = 1;
constexpr double bytes_goal = 150;
constexpr double restart_goal_s = 20;
constexpr std::size_t restart_goal_depth = 10'000'000;
constexpr std::uint64_t idle_ticks_goal = 1;
constexpr double executed_goal = 300;
constexpr double recorded_goal_ms = 20;
constexpr double observed_throughput_goal = 3; // In percent, like the next one.
constexpr double observed_latency_goal = 10;

/// Whether this is a durable cell of this shape, with any number of connections.
bool is_durable_cell(const throughput_cell& cell, std::uint32_t tenants, std::size_t batch,
                     lease_form leases) {
  return cell.durability == "fsync" && cell.tenants == tenants && cell.batch == batch &&
         cell.leases == leases;
}

/// The fastest durable cell of this shape.
const throughput_result* fastest(const load_results& results, std::uint32_t tenants,
                                 std::size_t batch, lease_form leases) {
  const throughput_result* best = nullptr;
  for (const auto& result : results.throughput) {
    if (is_durable_cell(result.cell, tenants, batch, leases) &&
        (best == nullptr || median(result.jobs_per_second) > median(best->jobs_per_second)))
      best = &result;
  }
  return best;
}

const throughput_result* one_at_a_time(const load_results& results, std::size_t connections) {
  for (const auto& result : results.throughput) {
    if (is_durable_cell(result.cell, 1000, 1, lease_form::single) &&
        result.cell.connections == connections)
      return &result;
  }
  return nullptr;
}

goal_line rate_goal(const load_results& results, std::string measure, lease_form leases,
                    double goal) {
  std::optional<verdict> found;
  if (const auto* best = fastest(results, 1000, 100, leases)) {
    const double rate = median(best->jobs_per_second);
    found = {fmt::format("{} jobs/s, {} connections", with_commas(rate), best->cell.connections),
             rate >= goal};
  }
  return judged(std::move(measure), with_commas(goal) + " jobs/s", std::move(found));
}

/// The median over the rounds of one value divided by the other.
double median_ratio(const std::vector<double>& values, const std::vector<double>& by) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < values.size(); ++round)
    ratios.push_back(values[round] / by[round]);
  return median(ratios);
}

goal_line bare_goal(const load_results& results) {
  std::optional<verdict> found;
  const auto* result = one_at_a_time(results, 8);
  if (result != nullptr && !result->bare_requests_per_second.empty()) {
    const double ratio =
        median_ratio(result->requests_per_second, result->bare_requests_per_second);
    found = {fmt::format("{:.2f} ({} of {} requests/s; {} jobs/s)", ratio,
                         with_commas(median(result->requests_per_second)),
                         with_commas(median(result->bare_requests_per_second)),
                         with_commas(median(result->jobs_per_second))),
             ratio >= bare_ratio_goal};
  }
  return judged("one job a request, 8 connections, against a bare group commit",
                "0.60 of its requests/s", std::move(found));
}

goal_line many_connections(const load_results& results) {
  std::optional<verdict> found;
  if (const auto* result = one_at_a_time(results, 64)) {
    const double jobs = median(result->jobs_per_second);
    found = {fmt::format("{} jobs/s, {} requests/s", with_commas(jobs),
                         with_commas(median(result->requests_per_second))),
             jobs >= many_connections_goal};
  }
  return judged("one job a request, 64 connections", with_commas(many_connections_goal) + " jobs/s",
                std::move(found));
}

/// Takes ratios cell by cell, so that the number of connections is the same on both sides.
goal_line many_tenants(const load_results& results, std::string measure, std::size_t batch,
                       lease_form leases, double goal) {
  std::optional<verdict> found;
  for (const auto& many : results.throughput) {
    for (const auto& few : results.throughput) {
      if (!is_durable_cell(many.cell, 100000, batch, leases) ||
          !is_durable_cell(few.cell, 1000, batch, leases) ||
          many.cell.connections != few.cell.connections || (many.cell.connections != 8 && found))
        continue;
      const double many_jobs = median(many.jobs_per_second);
      const double few_jobs = median(few.jobs_per_second);
      found = {fmt::format("{:.2f} ({} against {} jobs/s, {} connections)", many_jobs / few_jobs,
                           with_commas(many_jobs), with_commas(few_jobs), many.cell.connections),
               many_jobs / few_jobs >= goal};
    }
  }
  return judged(std::move(measure), decimal(goal, 2) + " of the rate with 1,000", std::move(found));
}

void judge_latency(const load_results& results, std::vector<goal_line>& lines) {
  const std::string goal = "< 1 ms above the p99 of a bare sync";
  const auto lines_before = lines.size();
  for (const auto& depth : results.depths) {
    if (!depth.pop || !depth.raw_sync || depth.depth < 100000)
      continue;
    const double beyond = depth.pop->p99_ms - depth.raw_sync->p99_ms;
    lines.push_back(judged(fmt::format("fair pop with {} waiting, p99", with_commas(depth.depth)),
                           goal,
                           verdict{fmt::format("{:.3f} ms above ({:.3f} against {:.3f} ms)", beyond,
                                               depth.pop->p99_ms, depth.raw_sync->p99_ms),
                                   beyond < pop_beyond_sync_ms_goal}));
  }
  if (lines.size() == lines_before)
    lines.push_back(unmeasured("fair pop with 100,000 waiting, p99", goal));
}

/// The deepest result that was measured for a goal.
template <class Measured>
const depth_result* deepest(const load_results& results, Measured&& is_measured) {
  const depth_result* found = nullptr;
  for (const auto& depth : results.depths) {
    if (is_measured(depth) && (found == nullptr || depth.depth > found->depth))
      found = &depth;
  }
  return found;
}

goal_line memory_goal(const load_results& results) {
  std::optional<verdict> found;
  const auto* depth = deepest(results, [](const depth_result& result) {
    return result.bytes_per_job && result.depth >= 100000;
  });
  if (depth != nullptr) {
    found = {decimal(*depth->bytes_per_job, 0) + " bytes at " + with_commas(depth->depth),
             *depth->bytes_per_job <= bytes_goal};
  }
  return judged("memory for a waiting job beyond its payload", "<= 150 bytes", std::move(found));
}

goal_line restart_goal(const load_results& results) {
  std::string measure = "restart with 10 million jobs";
  std::string goal = "<= 20 s";
  const auto* depth = deepest(
      results, [](const depth_result& result) { return result.restart_after_kill_s.has_value(); });
  if (depth == nullptr)
    return unmeasured(std::move(measure), std::move(goal));
  const double slowest = std::max(*depth->restart_after_kill_s, *depth->restart_after_stop_s);
  const std::string at = decimal(slowest, 2) + " s with " + with_commas(depth->depth);
  if (depth->depth < restart_goal_depth) {
    const double projected =
        slowest * static_cast<double>(restart_goal_depth) / static_cast<double>(depth->depth);
    return unmeasured(std::move(measure), std::move(goal),
                      at + ", in proportion " + decimal(projected, 1) + " s");
  }
  return judged(std::move(measure), std::move(goal), verdict{at, slowest <= restart_goal_s});
}

goal_line idle_goal(const load_results& results) {
  std::optional<verdict> found;
  if (const auto& idle = results.idle)
    found = {fmt::format("{:.2f} ms, {} ticks and {} wake-ups in {:.1f} s", idle->cpu_ms,
                         idle->cpu_ticks, idle->voluntary_switches, idle->seconds),
             idle->cpu_ticks <= idle_ticks_goal};
  return judged("idle CPU", "none measurable: at most one clock tick", std::move(found));
}

goal_line fairness_goal(const load_results& results) {
  std::optional<verdict> found;
  if (results.fairness_known)
    found = {decimal(results.fairness_ratio, 3), results.fairness_ratio <= 1};
  return judged("fairness gap / bound, all daemons of this run", "<= 1", std::move(found));
}

/// Executed jobs: start rate, delay until an end is recorded, and that the limit is never exceeded.
void judge_executed(const load_results& results, std::vector<goal_line>& lines) {
  std::optional<verdict> rate;
  std::optional<verdict> recorded;
  std::optional<verdict> at_a_time;
  if (const auto& e = results.executed) {
    rate = {decimal(e->jobs_per_second, 0) + " jobs/s",
            e->jobs_per_second >= executed_goal && e->failed == 0};
    recorded = {decimal(e->recorded_p50_ms, 1) + " ms", e->recorded_p50_ms <= recorded_goal_ms};
    at_a_time = {std::to_string(e->peak_running) + " of " + std::to_string(e->slots),
                 e->peak_running <= e->slots};
  }
  lines.push_back(judged("processes that rotad starts durably", ">= 300 jobs/s", rate));
  lines.push_back(judged("process end to job's end durable, median", "<= 20 ms", recorded));
  lines.push_back(judged("processes at a time, counted by themselves", "<= slots", at_a_time));
}

/// By how many percent `after` exceeds `before`: the median over the rounds.
double growth_percent(const std::vector<double>& before, const std::vector<double>& after) {
  return (median_ratio(after, before) - 1) * 100;
}

void judge_observed(const load_results& results, std::vector<goal_line>& lines) {
  std::optional<verdict> rate;
  std::optional<verdict> latency;
  if (const auto& o = results.observed) {
    const auto less = -growth_percent(o->quiet_jobs_per_second, o->watched_jobs_per_second);
    rate = {fmt::format("{:.1f} % less ({} and {})", less,
                        with_commas(median(o->quiet_jobs_per_second)),
                        with_commas(median(o->watched_jobs_per_second))),
            less < observed_throughput_goal};
    const auto more = growth_percent(o->quiet_p99_ms, o->watched_p99_ms);
    latency = {fmt::format("{:.1f} % more ({:.2f} and {:.2f} ms)", more, median(o->quiet_p99_ms),
                           median(o->watched_p99_ms)),
               more < observed_latency_goal};
  }
  lines.push_back(
      judged("consoles and scrapes at 10,000 jobs/s: throughput", "less than 3 % less", rate));
  lines.push_back(judged("consoles and scrapes at 10,000 jobs/s: p99 of a cycle",
                         "less than 10 % more", latency));
}

} // namespace

std::vector<goal_line> judge(const load_results& results) {
  std::vector<goal_line> lines;
  lines.push_back(rate_goal(results, "requests of 100, leases of batches of 100, 1,000 tenants",
                            lease_form::batches, batches_goal));
  lines.push_back(rate_goal(results, "the same with single leases, 100 a pop", lease_form::single,
                            single_goal));
  lines.push_back(bare_goal(results));
  lines.push_back(many_connections(results));
  lines.push_back(many_tenants(results, "100,000 tenants against 1,000, batches of 100", 100,
                               lease_form::batches, many_tenants_batches_goal));
  lines.push_back(many_tenants(results, "100,000 tenants against 1,000, 100 single leases", 100,
                               lease_form::single, many_tenants_single_goal));
  lines.push_back(many_tenants(results, "100,000 tenants against 1,000, one job a request", 1,
                               lease_form::single, many_tenants_single_goal));
  judge_latency(results, lines);
  lines.push_back(memory_goal(results));
  lines.push_back(restart_goal(results));
  lines.push_back(fairness_goal(results));
  lines.push_back(idle_goal(results));
  judge_executed(results, lines);
  judge_observed(results, lines);
  return lines;
}

} // namespace rota::bench
