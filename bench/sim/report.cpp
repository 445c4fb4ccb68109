#include "bench/sim/report.hpp"

#include "bench/common/report.hpp"
#include "bench/sim/html/series.hpp"
#include "json/write.hpp"

#include <algorithm>

namespace rota::bench {
namespace {

std::string percent(double share) { return decimal(share * 100, 1) + " %"; }

std::string count(std::size_t number) { return with_commas(static_cast<double>(number)); }

double part(std::size_t some, std::size_t all) {
  return static_cast<double>(some) / static_cast<double>(all);
}

std::string totals_text(const sim_result& result) {
  std::string text = count(result.jobs) + " jobs in " + count(result.attempts) + " attempts over " +
                     with_commas(result.makespan_s) + " s, policy " + result.policy + "; " +
                     with_commas(result.slots) + " slots, of which " + percent(result.utilisation) +
                     " were used\n";
  if (result.failed > 0 || result.refused > 0)
    text += count(result.failed) + " jobs failed; " + count(result.refused) +
            " pushes had to wait at the door\n";
  if (const auto& e = result.estimates; e && e->estimated > 0)
    text += "starts were told of " + count(e->estimated) + " of " + count(e->requested) +
            " jobs that waited: " + percent(part(e->estimated - e->early - e->late, e->estimated)) +
            " began within the band, " + percent(part(e->early, e->estimated)) + " before and " +
            percent(part(e->late, e->estimated)) + " after it; wait by expected wait p10 " +
            decimal(e->ratio_p10, 2) + ", p50 " + decimal(e->ratio_p50, 2) + ", p90 " +
            decimal(e->ratio_p90, 2) + '\n';
  return text + "fairness gap / bound: " + decimal(result.fairness.gap, 2) + " / " +
         decimal(result.fairness.bound, 2) + " = " + decimal(result.fairness.ratio, 3) +
         "; Jain's index " + decimal(result.jain, 4) + '\n';
}

void write_tenant(json_writer& json, const tenant_result& tenant) {
  json.begin_object()
      .member("name", tenant.name)
      .member("jobs", static_cast<std::int64_t>(tenant.jobs));
  json.key("wait_p50_s").number(tenant.wait_p50_s);
  json.key("wait_p90_s").number(tenant.wait_p90_s);
  json.key("wait_p99_s").number(tenant.wait_p99_s);
  json.key("took_p50_s").number(tenant.took_p50_s);
  json.key("took_p99_s").number(tenant.took_p99_s);
  json.key("slowdown_p50").number(tenant.slowdown_p50);
  json.key("share").number(tenant.share);
  json.end_object();
}

} // namespace

std::string text_of(const sim_result& result, std::size_t tenants_shown) {
  text_table table({"tenant", "jobs", "wait p50 s", "p90", "p99", "slowdown p50", "share"});
  const auto shown = std::min(tenants_shown, result.tenants.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& tenant = result.tenants[i];
    table.add({tenant.name, count(tenant.jobs), decimal(tenant.wait_p50_s, 1),
               decimal(tenant.wait_p90_s, 1), decimal(tenant.wait_p99_s, 1),
               decimal(tenant.slowdown_p50, 2), percent(tenant.share)});
  }
  auto text = table.text();
  if (shown < result.tenants.size())
    text += "and " + std::to_string(result.tenants.size() - shown) + " tenants with fewer jobs\n";
  return text + '\n' + totals_text(result);
}

std::string comparison_of(const std::vector<sim_result>& results, std::size_t tenants_shown) {
  text_table all({"policy", "makespan s", "utilisation", "gap", "bound", "gap / bound", "Jain",
                  "worst tenant's wait p50 s", "p99"});
  for (const auto& result : results) {
    const auto worst = [&](double tenant_result::*wait) {
      double largest = 0;
      for (const auto& tenant : result.tenants)
        largest = std::max(largest, tenant.*wait);
      return decimal(largest, 1);
    };
    all.add({result.policy, with_commas(result.makespan_s), percent(result.utilisation),
             decimal(result.fairness.gap, 1), decimal(result.fairness.bound, 1),
             decimal(result.fairness.ratio, 2), decimal(result.jain, 4),
             worst(&tenant_result::wait_p50_s), worst(&tenant_result::wait_p99_s)});
  }
  std::vector<std::string> heads{"tenant", "jobs"};
  for (const auto& result : results)
    heads.push_back(result.policy + " p50 / p99 s");
  text_table waits(heads);
  const auto& first = results.front().tenants;
  for (std::size_t i = 0; i < std::min(tenants_shown, first.size()); ++i) {
    std::vector<std::string> row{first[i].name, count(first[i].jobs)};
    for (const auto& result : results)
      row.push_back(decimal(result.tenants[i].wait_p50_s, 1) + " / " +
                    decimal(result.tenants[i].wait_p99_s, 1));
    waits.add(std::move(row));
  }
  return all.text() + "\nwaits\n" + waits.text();
}

std::string json_of(const sim_result& result) {
  std::string text;
  json_writer json{text};
  json.begin_object()
      .member("policy", result.policy)
      .member("jobs", static_cast<std::int64_t>(result.jobs))
      .member("attempts", static_cast<std::int64_t>(result.attempts))
      .member("failed", static_cast<std::int64_t>(result.failed))
      .member("refused", static_cast<std::int64_t>(result.refused))
      .member("most_running", static_cast<std::int64_t>(result.peak_running));
  json.key("slots").number(result.slots);
  json.key("makespan_s").number(result.makespan_s);
  json.key("utilisation").number(result.utilisation);
  json.key("wait_p50_s").number(result.wait_p50_s);
  json.key("wait_p99_s").number(result.wait_p99_s);
  json.key("took_p50_s").number(result.took_p50_s);
  json.key("took_p99_s").number(result.took_p99_s);
  json.key("jain").number(result.jain);
  if (const auto& e = result.estimates) {
    json.key("estimates").begin_object();
    json.member("asked", static_cast<std::int64_t>(e->requested))
        .member("told", static_cast<std::int64_t>(e->estimated))
        .member("early", static_cast<std::int64_t>(e->early))
        .member("late", static_cast<std::int64_t>(e->late));
    json.key("ratio_p10").number(e->ratio_p10);
    json.key("ratio_p50").number(e->ratio_p50);
    json.key("ratio_p90").number(e->ratio_p90);
    json.end_object();
  }
  json.key("fairness").begin_object();
  json.key("gap").number(result.fairness.gap);
  json.key("bound").number(result.fairness.bound);
  json.key("ratio").number(result.fairness.ratio);
  json.end_object();
  json.key("tenants").begin_array();
  for (const auto& tenant : result.tenants)
    write_tenant(json, tenant);
  json.end_array().end_object();
  return text;
}

std::string over_time(const sim_result& result) {
  const auto parts = parts_of(result);
  const auto slots = slots_by_tenant(result, {}).front();
  const auto waiting = waiting_jobs(result);
  std::string text = "at_s\tslots\twaiting\n";
  for (std::size_t part = 0; part < parts.count; ++part)
    text += decimal((static_cast<double>(part) + 0.5) * parts.part_s, 1) + '\t' +
            decimal(slots[part], 2) + '\t' + decimal(waiting[part], 2) + '\n';
  return text;
}

} // namespace rota::bench
