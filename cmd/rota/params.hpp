// Writing requests and reading answers.
#pragma once

#include "json/slice.hpp"
#include "json/write.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::client {

/// Writes a value. Text is made valid UTF-8.
void write_value(json_writer& out, const std::string& text);
void write_value(json_writer& out, std::int64_t number);
void write_value(json_writer& out, double number);
void write_value(json_writer& out, const std::vector<std::string>& texts);

/// Writes the member if it was given.
template <class Value>
void write_optional(json_writer& out, std::string_view name, const std::optional<Value>& value) {
  if (value)
    write_value(out.key(name), *value);
}

/// The members of a JSON object, such as a request's params, by name.
class json_members {
public:
  using member = std::pair<std::string, std::string>; ///< A name and a JSON text.

  json_members() = default;
  json_members(std::initializer_list<member> members) : members_(members) {}

  /// Adds a member, or replaces the one of that name.
  void put_json(std::string_view name, std::string json);
  template <class Value>
  void put(std::string_view name, const Value& value) {
    std::string json;
    json_writer writer{json};
    write_value(writer, value);
    put_json(name, std::move(json));
  }
  template <class Value>
  void put(std::string_view name, const std::optional<Value>& value) {
    if (value)
      put(name, *value);
  }

  [[nodiscard]] bool empty() const { return members_.empty(); }
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] auto begin() const { return members_.begin(); }
  [[nodiscard]] auto end() const { return members_.end(); }

  /// Writes the members into an object that is open.
  void write(json_writer& out) const;
  /// Returns the JSON text of the object.
  [[nodiscard]] std::string object() const;

private:
  std::vector<member> members_;
};

/// Returns a member of an object; null if it is absent.
[[nodiscard]] json_value member_of(json_value object, std::string_view name);
/// Return a member of that type; empty or 0 if it is absent or of another type.
[[nodiscard]] json_array array_in(json_value object, std::string_view name);
[[nodiscard]] std::string text_in(json_value object, std::string_view name);
[[nodiscard]] std::int64_t integer_in(json_value object, std::string_view name);

} // namespace rota::client
