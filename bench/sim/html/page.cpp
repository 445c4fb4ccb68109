#include "bench/sim/html/page.hpp"

#include "bench/common/report.hpp"
#include "bench/sim/html/plots.hpp"

#include <algorithm>
#include <string_view>

namespace rota::bench {
namespace {

constexpr std::size_t rows_shown = 50;

constexpr std::string_view head = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>rota-sim</title>
<style>
:root { color-scheme: light dark; --line: #d8d8d8; --quiet: #666; --paper: #fff; --ink: #1b1b1b; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3a3a3a; --quiet: #a0a0a0; --paper: #161616; --ink: #e8e8e8; }
}
body { margin: 0 auto; max-width: 64rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
code { overflow-wrap: anywhere; color: var(--quiet); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { font-size: .9rem; color: var(--quiet); }
svg { width: 100%; height: auto; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0; padding: 0; list-style: none; }
.facts b { display: block; font-size: 1.3rem; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .8rem .2rem 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
</style>
</head>
<body>
<h1>rota-sim</h1>
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else
      out += c;
  }
  return out;
}

std::string figure(const std::string& svg, const char* caption) {
  return "<figure>" + svg + "<figcaption>" + caption + "</figcaption></figure>\n";
}

std::string fact(const std::string& value, const char* what) {
  return "<li><b>" + value + "</b>" + what + "</li>\n";
}

std::string row(const char* cell, const std::vector<std::string>& values) {
  const std::string tag{cell};
  std::string out = "<tr>";
  for (const auto& value : values)
    out += '<' + tag + '>' + escaped(value) + "</" + tag + '>';
  return out + "</tr>\n";
}

std::string facts_of(const sim_result& result) {
  return "<ul class=\"facts\">" + fact(with_commas(result.jobs), "jobs") +
         fact(with_commas(result.attempts), "attempts") +
         fact(with_commas(result.failed), "failed") + fact(with_commas(result.slots), "slots") +
         fact(percent(result.utilisation), "of their time used") +
         fact(with_commas(result.makespan_s) + " s", "until the last end") +
         fact(decimal(result.fairness.ratio, 2), "fairness gap / bound") +
         fact(decimal(result.jain, 3), "Jain's index") + "</ul>\n";
}

std::string table_of(const sim_result& result) {
  std::string out =
      "<div class=\"wide\"><table>\n" +
      row("th", {"tenant", "jobs", "wait p50 s", "p90", "p99", "slowdown p50", "share"});
  for (std::size_t i = 0; i < std::min(rows_shown, result.tenants.size()); ++i) {
    const auto& tenant = result.tenants[i];
    out += row("td", {tenant.name, with_commas(tenant.jobs), decimal(tenant.wait_p50_s, 1),
                      decimal(tenant.wait_p90_s, 1), decimal(tenant.wait_p99_s, 1),
                      decimal(tenant.slowdown_p50, 2), percent(tenant.share)});
  }
  out += "</table></div>\n";
  if (result.tenants.size() > rows_shown)
    out += "<p>and " + with_commas(result.tenants.size() - rows_shown) +
           " tenants with fewer jobs</p>\n";
  return out;
}

std::string section_of(const sim_result& result) {
  return "<h2>Policy " + escaped(result.policy) + "</h2>\n" + facts_of(result) +
         "<div class=\"plots\">\n" + figure(plot_shares(result), "Who used how many slots.") +
         figure(plot_waits(result), "How long jobs waited for their first start.") +
         figure(plot_waiting(result), "Jobs that waited.") +
         figure(plot_utilisation(result), "How much of the slots was used.") +
         figure(plot_slowdowns(result),
                "How many times longer than its run a job took in the median.") +
         figure(plot_gap(result), "The worst fairness gap between two tenants, and its bound.") +
         figure(plot_jain(result), "How evenly tenants got what was due to them; 1 is even.") +
         figure(plot_batches(result), "How many jobs went in one attempt.") + "</div>\n" +
         table_of(result);
}

std::string comparison_section(const std::vector<sim_result>& results) {
  std::string out =
      "<h2>What the policy changes</h2>\n<div class=\"plots\">\n" +
      figure(plot_waits_by_policy(results), "Waits of the tenants with the most jobs, by policy.") +
      figure(plot_gaps_by_policy(results),
             "The worst fairness gap of each policy, and the bound that Rota keeps.") +
      "</div>\n<div class=\"wide\"><table>\n" +
      row("th",
          {"policy", "makespan s", "utilisation", "gap", "bound", "gap / bound", "Jain's index"});
  for (const auto& result : results)
    out += row("td", {result.policy, with_commas(result.makespan_s), percent(result.utilisation),
                      decimal(result.fairness.gap, 1), decimal(result.fairness.bound, 1),
                      decimal(result.fairness.ratio, 2), decimal(result.jain, 4)});
  return out + "</table></div>\n";
}

} // namespace

std::string html_of(const std::vector<sim_result>& results, const std::string& command) {
  std::string page{head};
  page += "<p>Rota's actors in virtual time. Made by <code>" + escaped(command) + "</code></p>\n";
  if (results.size() > 1)
    page += comparison_section(results);
  for (const auto& result : results)
    page += section_of(result);
  return page + "</body>\n</html>\n";
}

} // namespace rota::bench
