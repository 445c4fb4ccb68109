#include "bench/sim/report.hpp"

#include "bench/common/report.hpp"
#include "bench/sim/html/series.hpp"
#include "json/write.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rota::bench {
namespace {

double part(std::size_t some, std::size_t all) {
  return static_cast<double>(some) / static_cast<double>(all);
}

std::string totals_text(const sim_result& result) {
  auto text = fmt::format("{} jobs in {} attempts over {} s, policy {}; {} slots, of which {} were "
                          "used\n",
                          with_commas(result.jobs), with_commas(result.attempts),
                          with_commas(result.makespan_s), result.policy, with_commas(result.slots),
                          percent(result.utilisation));
  if (result.failed > 0 || result.refused > 0)
    text += fmt::format("{} jobs failed; {} pushes were refused at first\n",
                        with_commas(result.failed), with_commas(result.refused));
  if (const auto& e = result.estimates; e && e->estimated > 0)
    text +=
        fmt::format("starts were estimated for {} of {} waiting jobs: {} began within the band, {} "
                    "before it, {} after it; actual / expected wait p10 {:.2f}, p50 {:.2f}, p90 "
                    "{:.2f}\n",
                    with_commas(e->estimated), with_commas(e->requested),
                    percent(part(e->estimated - e->early - e->late, e->estimated)),
                    percent(part(e->early, e->estimated)), percent(part(e->late, e->estimated)),
                    e->ratio_p10, e->ratio_p50, e->ratio_p90);
  return text + fmt::format("fairness gap / bound: {}; Jain's index {:.4f}\n",
                            gap_text(result.fairness, 3), result.jain);
}

void write_tenant(json_writer& json, const tenant_result& tenant) {
  write_object(json, "name", tenant.name, "jobs", tenant.jobs, "wait_p50_s", tenant.wait_p50_s,
               "wait_p90_s", tenant.wait_p90_s, "wait_p99_s", tenant.wait_p99_s, "took_p50_s",
               tenant.took_p50_s, "took_p99_s", tenant.took_p99_s, "slowdown_p50",
               tenant.slowdown_p50, "share", tenant.share);
}

} // namespace

std::string gap_text(const engine::fairness_gap& fairness, int ratio_digits) {
  return fmt::format("{:.2f} / {:.2f} = {:.{}f}", fairness.gap, fairness.bound, fairness.ratio,
                     ratio_digits);
}

std::string text_of(const sim_result& result, std::size_t tenants_shown) {
  text_table table({"tenant", "jobs", "wait p50 s", "p90", "p99", "slowdown p50", "share"});
  const auto shown = std::min(tenants_shown, result.tenants.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& tenant = result.tenants[i];
    table.add({tenant.name, with_commas(tenant.jobs), decimal(tenant.wait_p50_s, 1),
               decimal(tenant.wait_p90_s, 1), decimal(tenant.wait_p99_s, 1),
               decimal(tenant.slowdown_p50, 2), percent(tenant.share)});
  }
  return table.text() + tenants_left_out(shown, result.tenants.size()) + '\n' + totals_text(result);
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
    std::vector<std::string> row{first[i].name, with_commas(first[i].jobs)};
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
  json.begin_object();
  write_members(json, "policy", result.policy, "jobs", result.jobs, "attempts", result.attempts,
                "failed", result.failed, "refused", result.refused, "most_running",
                result.peak_running, "slots", result.slots, "makespan_s", result.makespan_s,
                "utilisation", result.utilisation, "wait_p50_s", result.wait_p50_s, "wait_p99_s",
                result.wait_p99_s, "took_p50_s", result.took_p50_s, "took_p99_s", result.took_p99_s,
                "jain", result.jain);
  if (const auto& e = result.estimates)
    write_object(json.key("estimates"), "asked", e->requested, "told", e->estimated, "early",
                 e->early, "late", e->late, "ratio_p10", e->ratio_p10, "ratio_p50", e->ratio_p50,
                 "ratio_p90", e->ratio_p90);
  write_object(json.key("fairness"), "gap", result.fairness.gap, "bound", result.fairness.bound,
               "ratio", result.fairness.ratio);
  write_list(json, "tenants", result.tenants, write_tenant);
  json.end_object();
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
