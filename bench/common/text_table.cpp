#include "bench/common/text_table.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace rota::bench {

namespace {

/// Whether a cell reads as a number, which stands flush right.
bool is_numeric(const std::string& cell) {
  return !cell.empty() && (std::isdigit(static_cast<unsigned char>(cell.front())) != 0 ||
                           cell.front() == '-' || cell.front() == '+');
}

} // namespace

text_table::text_table(std::vector<std::string> heads) : rows_{std::move(heads)} {}

void text_table::add(std::vector<std::string> row) {
  if (row.size() != rows_.front().size()) {
    throw std::logic_error("a row has another number of cells than the table has columns");
  }
  rows_.push_back(std::move(row));
}

std::string text_table::text() const {
  const std::size_t columns = rows_.front().size();
  std::vector<std::size_t> widths(columns);
  std::vector<char> right(columns, rows_.size() > 1 ? 1 : 0);
  for (const auto& row : rows_) {
    for (std::size_t column = 0; column < columns; ++column) {
      widths[column] = std::max(widths[column], row[column].size());
      if (&row != &rows_.front() && !is_numeric(row[column])) {
        right[column] = 0;
      }
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t column = 0; column < columns; ++column) {
      const std::string room(widths[column] - row[column].size(), ' ');
      line += (column == 0 ? "" : "  ") +
              (right[column] != 0 ? room + row[column] : row[column] + room);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string with_commas(double number) {
  std::string digits = std::to_string(std::llround(std::abs(number)));
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3) {
    digits.insert(static_cast<std::size_t>(place), ",");
  }
  return number < 0 ? "-" + digits : digits;
}

std::string decimal(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

} // namespace rota::bench
