#include "bench/common/goal.hpp"

#include "bench/common/text_table.hpp"

#include <utility>

namespace rota::bench {

goal_line judged(std::string measure, std::string goal, std::string measured, bool reached) {
  return {std::move(measure), std::move(goal), std::move(measured),
          reached ? goal_state::reached : goal_state::missed};
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
  for (const auto& line : lines) {
    table.add({line.measure, line.goal, line.measured, to_text(line.state)});
  }
  return "Goals\n" + table.text();
}

void write_goals(json_writer& out, const std::vector<goal_line>& lines) {
  out.key("goals").begin_array();
  for (const auto& line : lines) {
    out.begin_object();
    out.member("measure", std::string_view(line.measure));
    out.member("goal", std::string_view(line.goal));
    out.member("measured", std::string_view(line.measured));
    out.member("state", std::string_view(to_text(line.state)));
    out.end_object();
  }
  out.end_array();
}

} // namespace rota::bench
