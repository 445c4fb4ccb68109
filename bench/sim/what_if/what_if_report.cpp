#include "bench/common/report.hpp"
#include "bench/sim/report.hpp"
#include "bench/sim/what_if/what_if.hpp"
#include "json/write.hpp"

#include <algorithm>

namespace rota::bench {
namespace {

std::string waits(double p50_s, double p99_s) {
  return decimal(p50_s, 1) + " / " + decimal(p99_s, 1);
}

/// A summary over all tenants.
std::string totals_of(const what_if_answer& answer) {
  text_table table({"", "before", "after"});
  const auto add = [&](const char* what, auto text) {
    table.add({what, text(answer.before), text(answer.after)});
  };
  add("wait p50 / p99 s", [](const auto& r) { return waits(r.wait_p50_s, r.wait_p99_s); });
  add("all done after s", [](const auto& r) { return with_commas(r.makespan_s); });
  add("slots", [](const auto& r) { return decimal(r.slots, 0); });
  add("of their time used", [](const auto& r) { return percent(r.utilisation); });
  add("fairness gap / bound", [](const auto& r) { return gap_text(r.fairness, 2); });
  add("Jain's index", [](const auto& r) { return decimal(r.jain, 4); });
  add("pushes at the door", [](const auto& r) { return with_commas(r.refused); });
  return table.text();
}

std::string heading_of(const what_if_answer& answer) {
  std::string text =
      with_commas(answer.before.jobs) + " jobs of pool " + answer.pool + " replayed; changed:";
  for (const auto& change : answer.changes)
    text += ' ' + change;
  text += answer.changes.empty() ? " nothing\n" : "\n";
  if (answer.guessed > 0)
    text += with_commas(answer.guessed) +
            " of them had not ended: each runs for the median time of its "
            "type\n";
  if (answer.left_out > 0)
    text += with_commas(answer.left_out) +
            " jobs were left out: they are of other pools, or no job of "
            "their type has ended\n";
  return text + '\n';
}

} // namespace

std::string text_of(const what_if_answer& answer, std::size_t tenants_shown) {
  text_table table(
      {"tenant", "jobs", "waited p50 / p99 s", "before", "after", "share before", "after"});
  const auto& before = answer.before.tenants;
  const auto& after = answer.after.tenants;
  const auto shown = std::min(tenants_shown, before.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& recorded = answer.recorded.at(before[i].name);
    table.add({before[i].name, with_commas(before[i].jobs),
               recorded.jobs > 0 ? waits(recorded.p50_s, recorded.p99_s) : "-",
               waits(before[i].wait_p50_s, before[i].wait_p99_s),
               waits(after[i].wait_p50_s, after[i].wait_p99_s), percent(before[i].share),
               percent(after[i].share)});
  }
  return heading_of(answer) + table.text() + tenants_left_out(shown, before.size()) + '\n' +
         totals_of(answer);
}

std::string json_of(const what_if_answer& answer) {
  std::string text;
  json_writer json{text};
  json.begin_object().member("pool", answer.pool).key("changes").begin_array();
  for (const auto& change : answer.changes)
    json.string(change);
  json.end_array();
  write_members(json, "guessed", answer.guessed, "left_out", answer.left_out);
  write_list(json, "recorded", answer.recorded, [](json_writer& out, const auto& tenant) {
    const auto& [name, waits] = tenant;
    write_object(out, "name", name, "jobs", waits.jobs, "wait_p50_s", waits.p50_s, "wait_p99_s",
                 waits.p99_s);
  });
  json.raw_member("before", json_of(answer.before))
      .raw_member("after", json_of(answer.after))
      .end_object();
  return text;
}

} // namespace rota::bench
