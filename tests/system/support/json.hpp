// JSON in tests: values that own their text, accessed by pointer and compared by value.
#pragma once
#include "json/slice.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rota::tests {

/// A JSON value. Access to a missing value or one of another kind throws, which fails the test.
class json {
public:
  json() = default;
  /// Throws if `text` is not JSON.
  explicit json(std::string text);

  /// The value at a JSON pointer.
  json at(std::string_view pointer) const;
  bool has(std::string_view pointer) const;
  bool is_null(std::string_view pointer = "") const;
  std::string text(std::string_view pointer = "") const;
  std::int64_t integer(std::string_view pointer = "") const;
  double number(std::string_view pointer = "") const;
  bool boolean(std::string_view pointer = "") const;
  /// The elements of an array.
  std::vector<json> elements(std::string_view pointer = "") const;
  std::size_t size(std::string_view pointer = "") const;
  /// The elements of an array of strings.
  std::vector<std::string> texts(std::string_view pointer = "") const;
  /// The original text, byte for byte.
  const std::string& raw() const { return text_; }

private:
  /// A part of a checked text.
  explicit json(json_value part) : text_(part.raw()) {}
  json_value value_at(std::string_view pointer) const;

  std::string text_ = "null";
};

/// Compares values: the order of members is ignored, numbers are compared by value.
bool operator==(const json& a, const json& b);
/// Used by Catch.
std::ostream& operator<<(std::ostream& out, const json& value);

/// The values of "$NAME" placeholders, taken from the first answer in which they occur.
using captures = std::map<std::string, std::string>;

/// Returns where and how `actual` differs from `expected`; empty if it matches. In `expected`, the
/// string "..." matches any value, a member "..." any further members, and "$NAME" any text on its
/// first occurrence and the same text afterwards.
std::string difference(const json& expected, const json& actual, captures& known);

/// Replaces every known "$NAME" in `text` with its JSON string.
std::string fill_in(std::string text, const captures& known);

/// Formats a JSON string.
std::string json_string(std::string_view text);

} // namespace rota::tests
