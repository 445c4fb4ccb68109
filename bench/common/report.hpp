// Reports of the benches: tables for people, JSON for programs, goals in both.
#pragma once
#include "cmd/rota/params.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"
#include "json/write.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rota::bench {

/// A text table: columns as wide as needed, numbers aligned right.
using text_table = client::table;
/// Writes 1234567 as "1,234,567".
using client::with_commas;
template <std::integral Number>
[[nodiscard]] std::string with_commas(Number number) {
  return client::with_commas(static_cast<double>(number));
}

/// Writes a number with so many digits after the point.
[[nodiscard]] std::string decimal(double number, int digits);
/// Writes 0.25 as "25%".
[[nodiscard]] std::string whole_percent(double share);
/// Writes 0.25 as "25.0 %".
[[nodiscard]] std::string percent(double share);
/// Returns a line for the tenants that a table leaves out; empty if it has all of them.
[[nodiscard]] std::string tenants_left_out(std::size_t shown, std::size_t all);

/// Writes a member with a list of numbers.
void write_numbers(json_writer& out, std::string_view name, const std::vector<double>& values);

/// Writes members into the open object, given as name, value, name, value and so on. A value is a
/// number, a text, a list of numbers, or an optional number, which is left out if it is absent.
template <class Value, class... More>
void write_members(json_writer& out, std::string_view name, const Value& value,
                   const More&... more) {
  if constexpr (std::is_integral_v<Value>)
    out.member(name, static_cast<std::int64_t>(value));
  else if constexpr (std::is_floating_point_v<Value>)
    out.key(name).number(value);
  else if constexpr (std::is_convertible_v<const Value&, std::string_view>)
    out.member(name, std::string_view{value});
  else if constexpr (std::is_same_v<Value, std::optional<double>>)
    client::write_optional(out, name, value);
  else
    write_numbers(out, name, value);
  if constexpr (sizeof...(more) > 0)
    write_members(out, more...);
}
/// Writes an object with these members.
template <class... Members>
void write_object(json_writer& out, const Members&... members) {
  out.begin_object();
  write_members(out, members...);
  out.end_object();
}
/// Writes a member with a list; `write` writes one element.
template <class Elements, class Write>
void write_list(json_writer& out, std::string_view name, const Elements& elements, Write&& write) {
  out.key(name).begin_array();
  for (const auto& element : elements)
    write(out, element);
  out.end_array();
}

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
