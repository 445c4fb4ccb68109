#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace rota {

/// Appends one JSON text to a string, without white space, and writes the commas itself. The caller
/// closes what it opens and writes a key before each member. Strings must be valid UTF-8.
class json_writer {
public:
  /// `out` must outlive the writer.
  explicit json_writer(std::string& out) : out_(out) {}

  /// Reserves `more` bytes. Optional; saves reallocations before long texts.
  void reserve(std::size_t more) { out_.reserve(out_.size() + more); }

  json_writer& begin_object() { return open('{'); }
  json_writer& end_object() { return close('}'); }
  json_writer& begin_array() { return open('['); }
  json_writer& end_array() { return close(']'); }
  json_writer& key(std::string_view name);

  json_writer& string(std::string_view text);
  json_writer& integer(std::int64_t number);
  json_writer& unsigned_integer(std::uint64_t number);
  /// The shortest text that reads back as the same double; null if it is not finite.
  json_writer& number(double number);
  json_writer& boolean(bool truth);
  json_writer& null();
  /// A value that already is JSON text.
  json_writer& raw(std::string_view json);

  /// Writes a key and its value.
  json_writer& member(std::string_view name, std::string_view text) {
    return key(name).string(text);
  }
  template <class Number>
  requires std::is_arithmetic_v<Number> json_writer& member(std::string_view name, Number value) {
    key(name);
    if constexpr (std::same_as<Number, bool>)
      return boolean(value);
    else if constexpr (std::floating_point<Number>)
      return number(value);
    else if constexpr (std::unsigned_integral<Number>)
      return unsigned_integer(value);
    else
      return integer(value);
  }
  json_writer& raw_member(std::string_view name, std::string_view json) {
    return key(name).raw(json);
  }

private:
  json_writer& open(char bracket);
  json_writer& close(char bracket);
  void separate();

  std::string& out_;
  bool comma_ = false; // The next value or key needs a comma before it.
};

/// Returns the JSON text that `write(json_writer&)` writes.
template <class Write>
[[nodiscard]] std::string json_text(Write write) {
  std::string text;
  json_writer out{text};
  write(out);
  return text;
}

/// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);
/// `text` as a JSON string with its quotes.
[[nodiscard]] std::string to_json_string(std::string_view text);
/// Escapes a member name for use as a token of a JSON pointer: ~ and / are escaped.
[[nodiscard]] std::string escape_pointer_token(std::string_view name);

} // namespace rota
