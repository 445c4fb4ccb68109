// Reports of the benches: tables for people, JSON for programs, goals in both.
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

/// A text table: columns as wide as needed, numbers aligned right.
using text_table = client::table;
/// Writes 1234567 as "1,234,567".
using client::with_commas;
/// Writes a member with a number, or nothing if there is none.
using client::write_optional;

/// Writes a number with so many digits after the point.
[[nodiscard]] std::string decimal(double number, int digits);
/// Writes 0.25 as "25%".
[[nodiscard]] std::string whole_percent(double share);

/// Writes a member with a list of numbers.
void write_numbers(json_writer& out, std::string_view name, const std::vector<double>& values);

enum class goal_state : std::uint8_t { reached, missed, not_measured };

/// A goal next to its measurement.
struct goal_line {
  std::string measure;
  std::string goal;
  std::string measured; ///< Includes the cell; empty if nothing was measured.
  goal_state state = goal_state::not_measured;
};

/// The measurement for a goal, and whether it reaches the goal.
struct verdict {
  std::string measured;
  bool reached = false;
};
/// A goal's line; without a verdict, the goal was not measured.
[[nodiscard]] goal_line judged(std::string measure, std::string goal, std::optional<verdict> found);
[[nodiscard]] goal_line unmeasured(std::string measure, std::string goal, std::string why = "");

[[nodiscard]] std::string to_text(goal_state state);

/// A table with a heading.
[[nodiscard]] std::string goals_text(const std::vector<goal_line>& lines);
/// Writes a member `goals` into the open object.
void write_goals(json_writer& out, const std::vector<goal_line>& lines);

} // namespace rota::bench
