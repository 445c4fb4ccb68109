#pragma once

#include "json/write.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rota::bench {

enum class goal_state : std::uint8_t { reached, missed, not_measured };

/// One goal beside what was measured.
struct goal_line {
  std::string measure;
  std::string goal;
  std::string measured; ///< Says at which cell; empty when nothing was measured.
  goal_state state = goal_state::not_measured;
};

[[nodiscard]] goal_line judged(std::string measure, std::string goal, std::string measured,
                               bool reached);
[[nodiscard]] goal_line unmeasured(std::string measure, std::string goal, std::string why = "");

[[nodiscard]] std::string to_text(goal_state state);

/// A table with a heading.
[[nodiscard]] std::string goals_text(const std::vector<goal_line>& lines);
/// A member `goals` of the object that is open.
void write_goals(json_writer& out, const std::vector<goal_line>& lines);

} // namespace rota::bench
