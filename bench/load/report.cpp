#include "bench/load/report.hpp"

#include "bench/common/measure.hpp"
#include "bench/common/report.hpp"
#include "bench/load/goals.hpp"
#include "json/write.hpp"

#include <optional>

namespace rota::bench {

namespace {

std::string leases_text(const throughput_cell& cell) {
  if (cell.batch == 1)
    return "1 job";
  return cell.leases == lease_form::batches ? "1 of " + std::to_string(cell.batch)
                                            : std::to_string(cell.batch) + " of 1";
}

std::string throughput_text(const load_results& results) {
  text_table table({"durability", "tenants", "connections", "jobs a request", "leases a pop",
                    "jobs/s", "spread", "requests/s", "bare req/s", "of bare", "pop p99 ms",
                    "rotad us/job", "client us/job"});
  for (const auto& result : results.throughput) {
    const auto& cell = result.cell;
    const double requests = median(result.requests_per_second);
    const double bare = median(result.bare_requests_per_second);
    table.add({cell.durability, with_commas(cell.tenants), std::to_string(cell.connections),
               std::to_string(cell.batch), leases_text(cell),
               with_commas(median(result.jobs_per_second)),
               whole_percent(spread(result.jobs_per_second)), with_commas(requests),
               bare > 0 ? with_commas(bare) : "-", bare > 0 ? decimal(requests / bare, 2) : "-",
               decimal(median(result.pop_p99_ms), 2), decimal(median(result.daemon_us_per_job), 1),
               decimal(median(result.client_us_per_job), 1)});
  }
  return "Throughput: push, pop and complete of jobs with 256 bytes of payload; medians of " +
         std::to_string(results.throughput.front().jobs_per_second.size()) + " rounds\n" +
         table.text();
}

std::string optional_text(const std::optional<double>& value, int digits) {
  return value ? decimal(*value, digits) : "-";
}

std::string depths_text(const load_results& results) {
  text_table table({"waiting", "tenants", "fill jobs/s", "pop p50 ms", "p99", "p99.9",
                    "bare sync p50 ms", "p99", "p99.9", "bytes a job", "restart s, killed",
                    "stop s", "restart s, stopped"});
  for (const auto& depth : results.depths) {
    std::vector<std::string> row{with_commas(static_cast<double>(depth.depth)),
                                 with_commas(depth.tenants),
                                 with_commas(depth.fill_jobs_per_second)};
    for (const auto& figures : {depth.pop, depth.raw_sync}) {
      row.push_back(figures ? decimal(figures->p50_ms, 3) : "-");
      row.push_back(figures ? decimal(figures->p99_ms, 3) : "-");
      row.push_back(figures ? decimal(figures->p999_ms, 3) : "-");
    }
    row.push_back(optional_text(depth.bytes_per_job, 0));
    row.push_back(optional_text(depth.restart_after_kill_s, 2));
    row.push_back(optional_text(depth.stop_s, 2));
    row.push_back(optional_text(depth.restart_after_stop_s, 2));
    table.add(std::move(row));
  }
  return "By depth: pops of one job on one connection, memory beyond the payload, restarts\n" +
         table.text();
}

std::string executed_text(const executed_result& executed) {
  return with_commas(static_cast<double>(executed.jobs)) + " processes, " +
         std::to_string(executed.slots) + " slots: " + decimal(executed.jobs_per_second, 0) +
         " jobs/s, " + decimal(executed.daemon_ms_per_job, 2) +
         " ms of rotad's CPU a job; from a process's end to its durable end p50 " +
         decimal(executed.recorded_p50_ms, 1) + " ms, p99 " + decimal(executed.recorded_p99_ms, 1) +
         " ms; at most " + std::to_string(executed.peak_running) + " at a time, " +
         std::to_string(executed.failed) + " failed\n";
}

std::string observed_text(const observed_result& observed) {
  text_table table(
      {"10 jobs a request, 16 connections", "jobs/s", "spread", "p99 of a cycle ms", "spread"});
  const auto row = [&](const std::string& name, const std::vector<double>& rates,
                       const std::vector<double>& p99s) {
    table.add({name, with_commas(median(rates)), whole_percent(spread(rates)),
               decimal(median(p99s), 2), whole_percent(spread(p99s))});
  };
  row("alone", observed.quiet_jobs_per_second, observed.quiet_p99_ms);
  row("with " + std::to_string(observed.consoles) + " consoles and a scrape each second",
      observed.watched_jobs_per_second, observed.watched_p99_ms);
  return with_commas(observed.jobs_per_second_wanted) +
         " jobs/s wanted: push, pop and completion; each console asks for the counters each "
         "second\n" +
         table.text();
}

std::string idle_text(const idle_result& idle) {
  return "Idle for " + decimal(idle.seconds, 1) + " s with " +
         with_commas(static_cast<double>(idle.waiting)) + " jobs waiting, " +
         with_commas(static_cast<double>(idle.delayed)) + " delayed and " +
         with_commas(static_cast<double>(idle.connections)) +
         " connections: " + decimal(idle.cpu_ms, 2) + " ms of CPU, " +
         std::to_string(idle.cpu_ticks) + " clock ticks, " +
         std::to_string(idle.voluntary_switches) + " wake-ups\n";
}

void write_throughput(json_writer& out, const throughput_result& result) {
  const auto& cell = result.cell;
  out.begin_object();
  out.member("durability", std::string_view(cell.durability));
  out.member("tenants", static_cast<std::int64_t>(cell.tenants));
  out.member("connections", static_cast<std::int64_t>(cell.connections));
  out.member("request_jobs", static_cast<std::int64_t>(cell.batch));
  out.member("leases", std::string_view(cell.leases == lease_form::batches ? "batch" : "single"));
  write_numbers(out, "jobs_per_second", result.jobs_per_second);
  write_numbers(out, "requests_per_second", result.requests_per_second);
  write_numbers(out, "bare_requests_per_second", result.bare_requests_per_second);
  write_numbers(out, "pop_p99_ms", result.pop_p99_ms);
  write_numbers(out, "daemon_us_per_job", result.daemon_us_per_job);
  write_numbers(out, "client_us_per_job", result.client_us_per_job);
  out.end_object();
}

void write_latency(json_writer& out, const char* name,
                   const std::optional<latency_figures>& figures) {
  if (figures) {
    out.key(name).begin_object();
    out.key("p50_ms").number(figures->p50_ms);
    out.key("p99_ms").number(figures->p99_ms);
    out.key("p999_ms").number(figures->p999_ms);
    out.end_object();
  }
}

void write_depth(json_writer& out, const depth_result& depth) {
  out.begin_object();
  out.member("waiting", static_cast<std::int64_t>(depth.depth));
  out.member("tenants", static_cast<std::int64_t>(depth.tenants));
  out.key("fill_jobs_per_second").number(depth.fill_jobs_per_second);
  write_latency(out, "pop", depth.pop);
  write_latency(out, "bare_sync", depth.raw_sync);
  write_optional(out, "bytes_per_job", depth.bytes_per_job);
  write_optional(out, "restart_after_kill_s", depth.restart_after_kill_s);
  write_optional(out, "stop_s", depth.stop_s);
  write_optional(out, "restart_after_stop_s", depth.restart_after_stop_s);
  out.end_object();
}

void write_executed(json_writer& out, const executed_result& executed) {
  out.key("executed").begin_object();
  out.member("jobs", static_cast<std::int64_t>(executed.jobs));
  out.member("failed", static_cast<std::int64_t>(executed.failed));
  out.member("slots", static_cast<std::int64_t>(executed.slots));
  out.key("jobs_per_second").number(executed.jobs_per_second);
  out.key("daemon_ms_per_job").number(executed.daemon_ms_per_job);
  out.key("recorded_p50_ms").number(executed.recorded_p50_ms);
  out.key("recorded_p99_ms").number(executed.recorded_p99_ms);
  out.member("most_at_a_time", static_cast<std::int64_t>(executed.peak_running));
  out.end_object();
}

void write_observed(json_writer& out, const observed_result& observed) {
  out.key("observed").begin_object();
  out.member("consoles", static_cast<std::int64_t>(observed.consoles));
  write_numbers(out, "quiet_jobs_per_second", observed.quiet_jobs_per_second);
  write_numbers(out, "watched_jobs_per_second", observed.watched_jobs_per_second);
  write_numbers(out, "quiet_p99_ms", observed.quiet_p99_ms);
  write_numbers(out, "watched_p99_ms", observed.watched_p99_ms);
  out.end_object();
}

void write_idle(json_writer& out, const idle_result& idle) {
  out.key("idle").begin_object();
  out.key("seconds").number(idle.seconds);
  out.member("connections", static_cast<std::int64_t>(idle.connections));
  out.member("waiting", static_cast<std::int64_t>(idle.waiting));
  out.member("delayed", static_cast<std::int64_t>(idle.delayed));
  out.key("cpu_ms").number(idle.cpu_ms);
  out.member("cpu_ticks", static_cast<std::int64_t>(idle.cpu_ticks));
  out.member("voluntary_switches", static_cast<std::int64_t>(idle.voluntary_switches));
  out.end_object();
}

} // namespace

std::string report_text(const load_results& results) {
  std::string text;
  if (!results.throughput.empty())
    text += throughput_text(results) + '\n';
  if (!results.depths.empty())
    text += depths_text(results) + '\n';
  if (results.idle)
    text += idle_text(*results.idle) + '\n';
  if (results.executed)
    text += executed_text(*results.executed) + '\n';
  if (results.observed)
    text += observed_text(*results.observed) + '\n';
  return text + goals_text(judge(results));
}

std::string report_json(const load_results& results) {
  std::string text;
  json_writer out(text);
  out.begin_object();
  out.key("throughput").begin_array();
  for (const auto& result : results.throughput)
    write_throughput(out, result);
  out.end_array();
  out.key("depths").begin_array();
  for (const auto& depth : results.depths)
    write_depth(out, depth);
  out.end_array();
  if (results.idle)
    write_idle(out, *results.idle);
  if (results.executed)
    write_executed(out, *results.executed);
  if (results.observed)
    write_observed(out, *results.observed);
  if (results.fairness_known)
    out.key("fairness_ratio").number(results.fairness_ratio);
  write_goals(out, judge(results));
  out.end_object();
  return text + '\n';
}

} // namespace rota::bench
