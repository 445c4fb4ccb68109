#include "cmd/rota/all_pages.hpp"
#include "cmd/rota/commands.hpp"
#include "cmd/rota/stop_signals.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/tenant_report.hpp"
#include "cmd/rota/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <map>

// stats: the server's counters, and a report on its tenants.

namespace rota::client {

namespace {

using clock = std::chrono::steady_clock;

struct stats_options {
  bool report = false;
  bool summary = false;
  bool wait = false;
};

constexpr std::int64_t page_size = 1000;
constexpr std::size_t progress_tenants_max = 8;
constexpr std::chrono::milliseconds progress_interval{1000};

// -- counters -------------------------------------------------------------------------------------

constexpr std::array pool_columns{
    column{"POOL", "/pool"},
    column{"SLOTS USED", "/slots_used"},
    column{"SLOTS", "/slots"},
    column{"DISPATCHES", "/dispatches"},
    column{"ASKS", "/asks_waiting"},
    column{"VIRTUAL TIME", "/virtual_time", true},
    column{"GAP", "/fairness/gap", true},
    column{"BOUND", "/fairness/bound", true},
    column{"WORST RATIO", "/fairness/ratio", true},
};

constexpr std::array share_columns{
    column{"TENANT", "/tenant"},         column{"READY", "/ready"},   column{"RUNNING", "/running"},
    column{"DISPATCHES", "/dispatches"}, column{"SERVED", "/served"}, column{"TAG", "/tag", true},
};

/// Returns the tenants of all pools, each with its pool.
table shares_of(json_array pools) {
  std::vector<std::string> titles{"POOL"};
  std::ranges::transform(share_columns, std::back_inserter(titles),
                         [](const column& each) { return std::string{each.title}; });
  table shares{std::move(titles)};
  for (const json_value pool : pools) {
    for (const json_value tenant : array_in(pool, "tenants")) {
      auto cells = cells_of(tenant, share_columns);
      cells.insert(cells.begin(), cell(pool, "pool"));
      shares.add(std::move(cells));
    }
  }
  return shares;
}

void print_stats(json_value stats) {
  print_members(stats);
  const auto pools = array_in(stats, "pools");
  const auto columns = stdout_size().columns;
  print("\n" + table_of(pools, pool_columns).text(columns));
  if (const auto shares = shares_of(pools); !shares.empty())
    print("\n" + shares.text(columns));
}

// -- progress until all work has ended ------------------------------------------------------------

struct work_left {
  std::int64_t waiting = 0;
  std::int64_t running = 0;

  void add(json_value counts) {
    waiting += integer_in(counts, "ready") + integer_in(counts, "delayed");
    running += integer_in(counts, "running");
  }
};

/// The remaining work of the first page of queues, in total and by tenant. A tenant without
/// remaining work stays in the list.
struct progress {
  work_left all;
  std::map<std::string, work_left> tenants;
};

exit_status read_progress(requester& server, progress& seen) {
  const auto stats = server.call("server.stats", "{}");
  if (!stats)
    return report(stats.error());
  const auto queues = server.call("queue.list", fmt::format(R"({{"limit":{}}})", page_size));
  if (!queues)
    return report(queues.error());
  seen.all = {};
  seen.all.add(json_value{*stats});
  for (auto& [name, left] : seen.tenants)
    left = {};
  for (const json_value queue : array_in(json_value{*queues}, "queues"))
    seen.tenants[text_in(queue, "tenant")].add(queue);
  return exit_status::done;
}

void print_progress(const progress& seen, clock::duration since) {
  std::string line = fmt::format(
      "{:6.1f} s  {} waiting + {} running", std::chrono::duration<double>(since).count(),
      with_commas(static_cast<double>(seen.all.waiting)), seen.all.running);
  std::size_t shown = 0;
  for (const auto& [name, left] : seen.tenants) {
    line += shown == 0 ? ": " : ", ";
    if (shown++ == progress_tenants_max) {
      line += "...";
      break;
    }
    line += fmt::format("{} {}+{}", visible(name), with_commas(static_cast<double>(left.waiting)),
                        left.running);
  }
  print_line(line);
}

/// Prints progress every second until no job waits or runs. A signal ends it early, with status
/// refused.
exit_status await_end_of_work(const command_context& context, requester& server) {
  const stop_signals signals;
  const auto begin = clock::now();
  progress seen;
  while (true) {
    if (const auto status = read_progress(server, seen); status != exit_status::done)
      return status;
    if (!context.json)
      print_progress(seen, clock::now() - begin);
    if (seen.all.waiting + seen.all.running == 0)
      return exit_status::done;
    if (signals.arrives_within(progress_interval))
      return exit_status::refused;
  }
}

// -- report on tenants ----------------------------------------------------------------------------

void print_fairness(json_value stats) {
  bool any = false;
  for (const json_value pool : array_in(stats, "pools")) {
    const auto number = [fairness = member_of(pool, "fairness")](std::string_view name) {
      return member_of(fairness, name).as_double().value_or(0);
    };
    if (number("bound") <= 0)
      continue;
    any = true;
    print(fmt::format("fairness gap of pool {} since the daemon's start: {:.2f}, bound {:.2f}, "
                      "ratio {:.2f} (fair: at most 1)\n",
                      visible(text_in(pool, "pool")), number("gap"), number("bound"),
                      number("ratio")));
  }
  if (!any)
    print("fairness gap: no two tenants waited at a time since the daemon's start\n");
}

exit_status print_report(const command_context& context, requester& server,
                         const std::vector<listed_job>& jobs) {
  std::map<std::string, double> weights;
  const auto status =
      for_each_listed(server, {"tenant.list", "tenants"}, page_size, {}, [&](json_value tenant) {
        weights[text_in(tenant, "name")] = member_of(tenant, "weight").as_double().value_or(1);
        return true;
      });
  if (status != exit_status::done)
    return status;
  const auto tenants = report_tenants(jobs, weights);
  if (context.json) {
    print_line(json_of(tenants));
    return exit_status::done;
  }
  if (jobs.empty()) {
    print_line("no jobs");
    return exit_status::done;
  }
  const auto stats = server.call("server.stats", "{}");
  if (!stats)
    return report(stats.error());
  print(text_of(tenants));
  print_fairness(json_value{*stats});
  return exit_status::done;
}

exit_status run_report(const command_context& context, const stats_options& given) {
  const auto server = open_requester(context);
  if (!server)
    return server.error();
  if (given.wait) {
    if (const auto status = await_end_of_work(context, **server); status != exit_status::done)
      return status;
  }
  std::vector<listed_job> jobs;
  const auto status =
      for_each_listed(**server, {"job.list", "jobs"}, page_size, {}, [&](json_value job) {
        jobs.push_back(read_listed_job(job));
        return true;
      });
  if (status != exit_status::done)
    return status;
  if (!given.summary)
    return print_report(context, **server, jobs);
  const auto counts = count_outcomes(jobs);
  print(context.json ? json_of(counts) + '\n' : text_of(counts));
  return exit_status::done;
}

} // namespace

void add_stats_command(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<stats_options>();
  auto* command = program.add_subcommand("stats", "Show the server's counters, pools and tenants");
  auto* report = command->add_flag("--report", options->report,
                                   "Show how each tenant's jobs fared instead: waits and shares");
  command
      ->add_flag("--summary", options->summary,
                 "Show how many jobs are known instead, by outcome, in one line")
      ->excludes(report);
  command->add_flag("--wait", options->wait,
                    "Show progress first, until no job waits or runs (with --report or --summary)");
  on_parsed(*command, chosen, options,
            [](const command_context& context, const stats_options& given) {
              if (given.report || given.summary)
                return run_report(context, given);
              if (given.wait)
                return report_usage("--wait needs --report or --summary");
              return call_and_print(context, "server.stats", "{}", print_stats);
            });
}

} // namespace rota::client
