#pragma once

#include "json/slice.hpp"

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// Rows of text in aligned columns; numbers are aligned to the right.
class table {
public:
  explicit table(std::vector<std::string> titles) : titles_(std::move(titles)) {}

  /// Adds a row with one cell per title.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// Returns a line with the titles and one for each row. With `columns_max` > 0 the widest columns
  /// are shortened until each line fits. O(cells).
  [[nodiscard]] std::string text(std::size_t columns_max = 0) const;

private:
  [[nodiscard]] std::vector<std::size_t> widths(std::size_t columns_max) const;
  [[nodiscard]] bool is_numeric(std::size_t column) const;

  std::vector<std::string> titles_;
  std::vector<std::vector<std::string>> rows_;
};

/// A column of a table of JSON objects: its title and the JSON pointer to the cell. Numbers in a
/// rounded column have two decimal places.
struct column {
  std::string_view title;
  std::string_view pointer;
  bool rounded = false;
};

/// Returns a member of an object as a cell; absent ones and null are shown as -.
[[nodiscard]] std::string cell(json_value object, std::string_view name);
/// Returns the cells of one object, one per column.
[[nodiscard]] std::vector<std::string> cells_of(json_value row, std::span<const column> columns);

/// Returns the table of the objects in `rows`; absent members are shown as -.
[[nodiscard]] table table_of(json_array rows, std::span<const column> columns);

/// Prints the table to fit the terminal, or `none` if it has no rows.
void print_table(const table& rows, std::string_view none);
void print_table(json_array rows, std::initializer_list<column> columns, std::string_view none);

/// Prints an object as lines of name and value, with inner objects as `outer.inner`, followed by
/// its arrays of objects as tables.
void print_record(json_value object);
/// Prints the lines of print_record() without the tables.
void print_members(json_value object);
/// Returns the names and values that print_members() prints.
[[nodiscard]] std::vector<std::vector<std::string>> flat_members(json_value object);

/// The size of the terminal at stdout; zero if it is not one.
struct terminal_size {
  std::size_t columns = 0;
  std::size_t lines = 0;
};
[[nodiscard]] terminal_size stdout_size();

/// Moves the cursor to the top left and clears the terminal.
inline constexpr std::string_view clear_screen = "\x1b[H\x1b[2J";

} // namespace rota::client
