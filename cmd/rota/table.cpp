#include "cmd/rota/table.hpp"

#include "cmd/rota/context.hpp"
#include "cmd/rota/params.hpp"
#include "cmd/rota/text.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>

namespace rota::client {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t column_min = 8; // Columns are not shortened below this width.

bool looks_numeric(std::string_view cell) {
  return !cell.empty() && cell.find_first_not_of("0123456789.,+-e%") == std::string_view::npos;
}

bool is_array_of_objects(json_value value) {
  for (const auto element : value.as_array())
    return element.is_object();
  return false;
}

void add_flat(std::vector<std::vector<std::string>>& rows, json_value object,
              const std::string& prefix) {
  for (const auto& [name, value] : object.as_object()) {
    const std::string full_name = prefix + visible(name);
    if (value.is_object() && !value.as_object().empty()) {
      add_flat(rows, value, full_name + ".");
    } else if (!is_array_of_objects(value)) {
      rows.push_back({full_name, display(value)});
    }
  }
}

// Returns the member names of all objects in order of first appearance.
std::vector<std::string> member_names(json_value array) {
  std::vector<std::string> names;
  for (const auto element : array.as_array()) {
    for (const auto& row : flat_members(element)) {
      if (std::ranges::find(names, row[0]) == names.end())
        names.push_back(row[0]);
    }
  }
  return names;
}

void print_generic_table(json_value array) {
  const std::vector<std::string> names = member_names(array);
  table rows{names};
  for (const auto element : array.as_array()) {
    const auto members = flat_members(element);
    std::vector<std::string> cells;
    for (const std::string& name : names) {
      const auto found = std::ranges::find(members, name, [](const auto& row) { return row[0]; });
      cells.push_back(found == members.end() ? "-" : (*found)[1]);
    }
    rows.add(std::move(cells));
  }
  print(rows.text(stdout_size().columns));
}

} // namespace

bool table::is_numeric(std::size_t column) const {
  bool any = false;
  for (const auto& row : rows_) {
    if (row[column] == "-")
      continue;
    if (!looks_numeric(row[column]))
      return false;
    any = true;
  }
  return any;
}

std::vector<std::size_t> table::widths(std::size_t columns_max) const {
  std::vector<std::size_t> widest;
  for (std::size_t i = 0; i < titles_.size(); ++i) {
    std::size_t most = width(titles_[i]);
    for (const auto& row : rows_)
      most = std::max(most, width(row[i]));
    widest.push_back(most);
  }
  if (columns_max == 0 || widest.empty())
    return widest;
  std::size_t total = std::accumulate(widest.begin(), widest.end(), gap * (widest.size() - 1));
  while (total > columns_max) {
    const auto most = std::max_element(widest.begin(), widest.end());
    if (*most <= column_min)
      break;
    --*most;
    --total;
  }
  return widest;
}

std::string table::text(std::size_t columns_max) const {
  const auto fits = widths(columns_max);
  std::vector<bool> numeric;
  for (std::size_t i = 0; i < titles_.size(); ++i)
    numeric.push_back(is_numeric(i));
  std::string out;
  const auto add_line = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string cell = shortened(cells[i], fits[i]);
      const std::string space(fits[i] - std::min(fits[i], width(cell)), ' ');
      if (i > 0)
        out.append(gap, ' ');
      out += numeric[i] ? space + cell : cell;
      if (!numeric[i] && i + 1 < cells.size())
        out += space;
    }
    out += '\n';
  };
  add_line(titles_);
  for (const auto& row : rows_)
    add_line(row);
  return out;
}

std::string cell(json_value object, std::string_view name) {
  return display(member_of(object, name));
}

std::vector<std::string> cells_of(json_value row, std::span<const column> columns) {
  std::vector<std::string> cells;
  for (const column& each : columns) {
    const json_value value = at_pointer(row, each.pointer).value_or(json_value{});
    const auto number = each.rounded ? value.as_double() : std::nullopt;
    cells.push_back(number ? fmt::format("{:.2f}", *number) : display(value));
  }
  return cells;
}

table table_of(json_array rows, std::span<const column> columns) {
  std::vector<std::string> titles;
  for (const column& each : columns)
    titles.emplace_back(each.title);
  table filled{std::move(titles)};
  for (const auto row : rows)
    filled.add(cells_of(row, columns));
  return filled;
}

void print_table(const table& rows, std::string_view none) {
  if (rows.empty())
    print_line(none);
  else
    print(rows.text(stdout_size().columns));
}

void print_table(json_array rows, std::initializer_list<column> columns, std::string_view none) {
  print_table(table_of(rows, columns), none);
}

std::vector<std::vector<std::string>> flat_members(json_value object) {
  std::vector<std::vector<std::string>> rows;
  add_flat(rows, object, {});
  return rows;
}

void print_members(json_value object) {
  std::size_t widest = 0;
  const auto rows = flat_members(object);
  for (const auto& row : rows)
    widest = std::max(widest, width(row[0]));
  for (const auto& row : rows) {
    print(row[0] + std::string(widest - width(row[0]) + gap, ' ') + row[1] + '\n');
  }
}

void print_record(json_value object) {
  print_members(object);
  for (const auto& [name, value] : object.as_object()) {
    if (!is_array_of_objects(value))
      continue;
    print_line("\n" + visible(name));
    print_generic_table(value);
  }
}

terminal_size stdout_size() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
    return {};
  return {size.ws_col, size.ws_row};
}

} // namespace rota::client
