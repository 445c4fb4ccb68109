#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rota::bench {

/// A table of text for people: columns as wide as needed, numbers flush right.
class text_table {
public:
  explicit text_table(std::vector<std::string> heads);
  /// A row has as many cells as there are heads.
  void add(std::vector<std::string> row);
  /// With a line end after each row.
  [[nodiscard]] std::string text() const;

private:
  std::vector<std::vector<std::string>> rows_; // The first holds the heads.
};

/// 1234567 as "1,234,567".
[[nodiscard]] std::string with_commas(double number);
/// With so many digits behind the point.
[[nodiscard]] std::string decimal(double number, int digits);

} // namespace rota::bench
