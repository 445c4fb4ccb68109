// JSON in tests: values that own their text, looked into by pointer and compared as values.
#pragma once
#include "json/slice.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rota::tests {

/// One JSON value. Reading what isn't there, or isn't of that kind, throws and so fails the test.
class json {
public:
  json() = default;
  /// `text` must be JSON; else this throws.
  explicit json(std::string text);

  /// The value at a JSON pointer.
  json at(std::string_view pointer) const;
  bool has(std::string_view pointer) const;
  bool is_null(std::string_view pointer = "") const;
  std::string text(std::string_view pointer = "") const;
  std::int64_t integer(std::string_view pointer = "") const;
  double number(std::string_view pointer = "") const;
  bool truth(std::string_view pointer = "") const;
  /// Elements of an array, one by one.
  std::vector<json> elements(std::string_view pointer = "") const;
  std::size_t size(std::string_view pointer = "") const;
  /// The strings of an array.
  std::vector<std::string> texts(std::string_view pointer = "") const;
  /// As it came, byte for byte.
  const std::string& raw() const { return text_; }

private:
  /// A part of a text that was checked as a whole.
  explicit json(json_value part) : text_(part.raw()) {}
  json_value value_at(std::string_view pointer) const;

  std::string text_ = "null";
};

/// The same value, whatever the order of members; numbers by value.
bool operator==(const json& a, const json& b);
/// Shown by Catch.
std::ostream& operator<<(std::ostream& out, const json& value);

/// What stands for "$NAME" in a template: taken from the first answer that it meets.
using captures = std::map<std::string, std::string>;

/// Where `actual` isn't what `expected` says; empty when it is. In `expected`, the string "..." stands
/// for any value, a member "..." for any further members, and "$NAME" for a text that is remembered
/// when it comes first and must be the same later.
std::string difference(const json& expected, const json& actual, captures& known);

/// `text` with every "$NAME" that is known replaced by its JSON string.
std::string fill_in(std::string text, const captures& known);

/// A JSON string.
std::string json_string(std::string_view text);

} // namespace rota::tests
