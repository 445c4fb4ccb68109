#pragma once

#include "json/slice.hpp"

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// Rows of text in aligned columns; numbers go to the right.
class table {
public:
  explicit table(std::vector<std::string> titles) : titles_(std::move(titles)) {}

  /// One cell for each title.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// The text, a line for the titles and one for each row. With `columns_max` > 0 the widest
  /// columns are shortened until each line fits. O(cells).
  [[nodiscard]] std::string text(std::size_t columns_max = 0) const;

private:
  [[nodiscard]] std::vector<std::size_t> widths(std::size_t columns_max) const;
  [[nodiscard]] bool is_numeric(std::size_t column) const;

  std::vector<std::string> titles_;
  std::vector<std::vector<std::string>> rows_;
};

/// A column of a table of JSON objects: its title and the JSON pointer to the cell. Numbers of a rounded column are
/// shown with two decimal places.
struct column {
  std::string_view title;
  std::string_view pointer;
  bool rounded = false;
};

/// The cells of one object, one for each column.
[[nodiscard]] std::vector<std::string> cells_of(json_value row, std::span<const column> columns);

/// The table of the objects in `rows`; a member that isn't there shows as -.
[[nodiscard]] table table_of(json_array rows, std::span<const column> columns);

/// Prints the table of the objects in `rows` to fit the terminal, or `none` when there are none.
void print_table(json_array rows, std::initializer_list<column> columns, std::string_view none);

/// Prints an object as lines of name and value; objects inside it as `outer.inner`, arrays of
/// objects as tables after it.
void print_record(json_value object);
/// What print_record prints before the tables.
void print_members(json_value object);
/// The names and values of print_members.
[[nodiscard]] std::vector<std::vector<std::string>> flat_members(json_value object);

/// The size of the terminal behind stdout; zero when there is none.
struct terminal_size {
  std::size_t columns = 0;
  std::size_t lines = 0;
};
[[nodiscard]] terminal_size stdout_size();

} // namespace rota::client
