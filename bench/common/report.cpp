#include "bench/common/report.hpp"

#include <fmt/format.h>

#include <utility>

namespace rota::bench {

std::string decimal(double number, int digits) { return fmt::format("{:.{}f}", number, digits); }

std::string percent(double share) { return decimal(share * 100, 1) + " %"; }

std::string tenants_left_out(std::size_t shown, std::size_t all) {
  return shown < all ? fmt::format("and {} tenants with fewer jobs\n", all - shown) : "";
}

std::string whole_percent(double share) { return decimal(share * 100, 0) + "%"; }

void write_numbers(json_writer& out, std::string_view name, const std::vector<double>& values) {
  write_list(out, name, values, [](json_writer& to, double value) { to.number(value); });
}

goal_line judged(std::string measure, std::string goal, std::optional<verdict> found) {
  if (!found)
    return unmeasured(std::move(measure), std::move(goal));
  return {std::move(measure), std::move(goal), std::move(found->measured),
          found->reached ? goal_state::reached : goal_state::missed};
}

goal_line unmeasured(std::string measure, std::string goal, std::string why) {
  return {std::move(measure), std::move(goal), std::move(why), goal_state::not_measured};
}

std::string to_text(goal_state state) {
  switch (state) {
  case goal_state::reached: return "reached";
  case goal_state::missed: return "MISSED";
  case goal_state::not_measured: break;
  }
  return "not measured";
}

std::string goals_text(const std::vector<goal_line>& lines) {
  text_table table({"measure", "goal", "measured", ""});
  for (const auto& line : lines)
    table.add({line.measure, line.goal, line.measured, to_text(line.state)});
  return "Goals\n" + table.text();
}

void write_goals(json_writer& out, const std::vector<goal_line>& lines) {
  write_list(out, "goals", lines, [](json_writer& to, const goal_line& line) {
    write_object(to, "measure", line.measure, "goal", line.goal, "measured", line.measured, "state",
                 to_text(line.state));
  });
}

} // namespace rota::bench
