// How a bench reports: tables for people, JSON for programs, goals in both.
#pragma once
#include "cmd/rota/params.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"
#include "json/write.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// A table of text for people: columns as wide as needed, numbers flush right.
using text_table = client::table;
/// 1234567 as "1,234,567".
using client::with_commas;
/// A member with a number, or none.
using client::write_optional;

/// With so many digits behind the point.
[[nodiscard]] std::string decimal(double number, int digits);
/// 0.25 as "25%".
[[nodiscard]] std::string whole_percent(double share);

/// A member with a list of numbers.
void write_numbers(json_writer& out, std::string_view name, const std::vector<double>& values);

enum class goal_state : std::uint8_t { reached, missed, not_measured };

/// One goal beside what was measured.
struct goal_line {
  std::string measure;
  std::string goal;
  std::string measured; ///< Says at which cell; empty when nothing was measured.
  goal_state state = goal_state::not_measured;
};

/// What was measured for a goal, and whether that is enough.
struct verdict {
  std::string measured;
  bool reached = false;
};
/// Without a verdict the goal wasn't measured.
[[nodiscard]] goal_line judged(std::string measure, std::string goal, std::optional<verdict> found);
[[nodiscard]] goal_line unmeasured(std::string measure, std::string goal, std::string why = "");

[[nodiscard]] std::string to_text(goal_state state);

/// A table with a heading.
[[nodiscard]] std::string goals_text(const std::vector<goal_line>& lines);
/// A member `goals` of the object that is open.
void write_goals(json_writer& out, const std::vector<goal_line>& lines);

} // namespace rota::bench
