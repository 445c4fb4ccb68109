#include "bench/peers/report.hpp"

#include "bench/common/measure.hpp"

#include <algorithm>

namespace rota::bench {

namespace {

/// Each system once, in the order of the results.
std::vector<peer_traits> systems_of(const peers_results& results) {
  std::vector<peer_traits> systems;
  for (const auto& result : results.rates) {
    const auto same = [&](const peer_traits& known) { return known.name == result.system.name; };
    if (std::none_of(systems.begin(), systems.end(), same))
      systems.push_back(result.system);
  }
  return systems;
}

std::string systems_text(const peers_results& results) {
  text_table table({"system", "a change is", "who is served next"});
  for (const auto& system : systems_of(results))
    table.add({system.name, system.durability, system.choice});
  return "Systems\n" + table.text();
}

/// The ratio of the cycles of the equally durable rota to those of this system.
std::string rota_times(const peers_results& results, const rate_result& result) {
  const auto* rota = find_rate(results, result.system.rota, result.cell);
  if (rota == nullptr || rota == &result)
    return "-";
  const auto ratio = cycle_ratio(*rota, result);
  return ratio ? decimal(ratio->median, 2) : "-";
}

std::string rates_text(const peers_results& results) {
  text_table table({"tenants", "connections", "jobs a request", "system", "push/s",
                    "pop+complete/s", "cycle/s", "spread", "rota makes, times", "server us/job"});
  for (const auto& result : results.rates) {
    table.add({with_commas(result.cell.tenants), std::to_string(result.cell.connections),
               std::to_string(result.cell.batch), result.system.name,
               with_commas(median(result.push)), with_commas(median(result.take)),
               with_commas(median(result.cycle)), whole_percent(spread(result.cycle)),
               rota_times(results, result), decimal(median(result.server_us), 1)});
  }
  return "Jobs a second, 256 bytes of payload; medians of " +
         std::to_string(results.rates.front().cycle.size()) +
         " rounds. Spread, ratio and CPU time are of the whole cycle\n" + table.text();
}

std::string depths_text(const peers_results& results) {
  text_table table({"waiting", "system", "memory, bytes a job", "disk, bytes a job", "pop p50 ms",
                    "pop p99 ms", "restart s"});
  for (const auto& result : results.depths) {
    table.add({with_commas(result.depth), result.system.name, decimal(result.memory_bytes, 0),
               decimal(result.disk_bytes, 0), decimal(result.pop_p50_ms, 2),
               decimal(result.pop_p99_ms, 2), decimal(result.restart_s, 2)});
  }
  return "Many jobs waiting, of 1,000 tenants; bytes with the payload's 256\n" + table.text();
}

std::string floods_text(const peers_results& results) {
  text_table table({"system", "gap", "bound", "gap / bound", "flooder's share", "longest wait"});
  for (const auto& result : results.floods) {
    table.add({result.system.name, decimal(result.fairness.gap, 0),
               decimal(result.fairness.bound, 0), decimal(result.fairness.ratio, 1),
               whole_percent(result.flood_share), std::to_string(result.longest_wait)});
  }
  return "One of ten tenants floods; gap and wait in jobs\n" + table.text();
}

void write_rate(json_writer& out, const rate_result& result) {
  write_object(out, "system", result.system.name, "durability", result.system.durability, "tenants",
               result.cell.tenants, "connections", result.cell.connections, "request_jobs",
               result.cell.batch, "push_per_second", result.push, "pop_complete_per_second",
               result.take, "cycle_per_second", result.cycle, "server_us_per_job",
               result.server_us);
}

void write_depth(json_writer& out, const peer_depth_result& result) {
  write_object(out, "system", result.system.name, "waiting", result.depth, "memory_bytes_per_job",
               result.memory_bytes, "disk_bytes_per_job", result.disk_bytes, "pop_p50_ms",
               result.pop_p50_ms, "pop_p99_ms", result.pop_p99_ms, "restart_s", result.restart_s);
}

void write_flood(json_writer& out, const flood_result& result) {
  write_object(out, "system", result.system.name, "gap", result.fairness.gap, "bound",
               result.fairness.bound, "flood_share", result.flood_share, "longest_wait",
               result.longest_wait);
}

} // namespace

std::string report_text(const peers_results& results) {
  std::string text;
  if (!results.rates.empty())
    text += systems_text(results) + '\n' + rates_text(results) + '\n';
  if (!results.depths.empty())
    text += depths_text(results) + '\n';
  if (!results.floods.empty())
    text += floods_text(results) + '\n';
  return text + goals_text(judge(results));
}

std::string report_json(const peers_results& results) {
  std::string text;
  json_writer out(text);
  out.begin_object();
  write_list(out, "rates", results.rates, write_rate);
  write_list(out, "depths", results.depths, write_depth);
  write_list(out, "floods", results.floods, write_flood);
  write_goals(out, judge(results));
  out.end_object();
  return text + '\n';
}

} // namespace rota::bench
