#include "bench/load/report.hpp"

#include "bench/common/measure.hpp"
#include "json/write.hpp"

#include <fmt/format.h>

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
    std::vector<std::string> row{with_commas(depth.depth), with_commas(depth.tenants),
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
  return fmt::format(
      "{} processes, {} slots: {:.0f} jobs/s, {:.2f} ms of rotad's CPU a job; from a "
      "process's end to its durable end p50 {:.1f} ms, p99 {:.1f} ms; at most {} at a "
      "time, {} failed\n",
      with_commas(executed.jobs), executed.slots, executed.jobs_per_second,
      executed.daemon_ms_per_job, executed.recorded_p50_ms, executed.recorded_p99_ms,
      executed.peak_running, executed.failed);
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
  return fmt::format(
      "Idle for {:.1f} s with {} jobs waiting, {} delayed and {} connections: {:.2f} "
      "ms of CPU, {} clock ticks, {} wake-ups\n",
      idle.seconds, with_commas(idle.waiting), with_commas(idle.delayed),
      with_commas(idle.connections), idle.cpu_ms, idle.cpu_ticks, idle.voluntary_switches);
}

void write_throughput(json_writer& out, const throughput_result& result) {
  const auto& cell = result.cell;
  write_object(
      out, "durability", cell.durability, "tenants", cell.tenants, "connections", cell.connections,
      "request_jobs", cell.batch, "leases", cell.leases == lease_form::batches ? "batch" : "single",
      "jobs_per_second", result.jobs_per_second, "requests_per_second", result.requests_per_second,
      "bare_requests_per_second", result.bare_requests_per_second, "pop_p99_ms", result.pop_p99_ms,
      "daemon_us_per_job", result.daemon_us_per_job, "client_us_per_job", result.client_us_per_job);
}

void write_latency(json_writer& out, const char* name,
                   const std::optional<latency_figures>& figures) {
  if (figures)
    write_object(out.key(name), "p50_ms", figures->p50_ms, "p99_ms", figures->p99_ms, "p999_ms",
                 figures->p999_ms);
}

void write_depth(json_writer& out, const depth_result& depth) {
  out.begin_object();
  write_members(out, "waiting", depth.depth, "tenants", depth.tenants, "fill_jobs_per_second",
                depth.fill_jobs_per_second);
  write_latency(out, "pop", depth.pop);
  write_latency(out, "bare_sync", depth.raw_sync);
  write_members(out, "bytes_per_job", depth.bytes_per_job, "restart_after_kill_s",
                depth.restart_after_kill_s, "stop_s", depth.stop_s, "restart_after_stop_s",
                depth.restart_after_stop_s);
  out.end_object();
}

void write_executed(json_writer& out, const executed_result& executed) {
  write_object(out.key("executed"), "jobs", executed.jobs, "failed", executed.failed, "slots",
               executed.slots, "jobs_per_second", executed.jobs_per_second, "daemon_ms_per_job",
               executed.daemon_ms_per_job, "recorded_p50_ms", executed.recorded_p50_ms,
               "recorded_p99_ms", executed.recorded_p99_ms, "most_at_a_time",
               executed.peak_running);
}

void write_observed(json_writer& out, const observed_result& observed) {
  write_object(out.key("observed"), "consoles", observed.consoles, "quiet_jobs_per_second",
               observed.quiet_jobs_per_second, "watched_jobs_per_second",
               observed.watched_jobs_per_second, "quiet_p99_ms", observed.quiet_p99_ms,
               "watched_p99_ms", observed.watched_p99_ms);
}

void write_idle(json_writer& out, const idle_result& idle) {
  write_object(out.key("idle"), "seconds", idle.seconds, "connections", idle.connections, "waiting",
               idle.waiting, "delayed", idle.delayed, "cpu_ms", idle.cpu_ms, "cpu_ticks",
               idle.cpu_ticks, "voluntary_switches", idle.voluntary_switches);
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
  write_list(out, "throughput", results.throughput, write_throughput);
  write_list(out, "depths", results.depths, write_depth);
  if (results.idle)
    write_idle(out, *results.idle);
  if (results.executed)
    write_executed(out, *results.executed);
  if (results.observed)
    write_observed(out, *results.observed);
  if (results.fairness_known)
    write_members(out, "fairness_ratio", results.fairness_ratio);
  write_goals(out, judge(results));
  out.end_object();
  return text + '\n';
}

} // namespace rota::bench
