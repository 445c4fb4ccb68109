#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

// A cursor over JSON text that json_checker has accepted. It builds no tree and copies nothing: a
// value is a slice of the text, so values can be returned byte for byte. Unchecked text yields
// meaningless values, but nothing outside it is ever read.

namespace rota {

enum class json_kind : std::uint8_t { null, boolean, number, string, array, object };

class json_array;
class json_object;

/// A value, as a view of the text; valid as long as the text is.
class json_value {
public:
  /// The value null.
  json_value() = default;
  /// The value in `text`, without surrounding white space.
  explicit json_value(std::string_view text);

  /// The value's text exactly as received. Never empty for checked text.
  [[nodiscard]] std::string_view raw() const { return raw_; }
  [[nodiscard]] json_kind kind() const;

  [[nodiscard]] bool is_null() const { return kind() == json_kind::null; }
  [[nodiscard]] bool is_bool() const { return kind() == json_kind::boolean; }
  [[nodiscard]] bool is_number() const { return kind() == json_kind::number; }
  [[nodiscard]] bool is_string() const { return kind() == json_kind::string; }
  [[nodiscard]] bool is_array() const { return kind() == json_kind::array; }
  [[nodiscard]] bool is_object() const { return kind() == json_kind::object; }

  /// The number if it has neither fraction nor exponent and fits; 1.0 and 1e3 are not integers.
  [[nodiscard]] std::optional<std::int64_t> as_int64() const;
  /// The number if it is finite as a double and does not underflow.
  [[nodiscard]] std::optional<double> as_double() const;
  [[nodiscard]] std::optional<bool> as_bool() const;
  /// The unescaped string; empty if the value is not a string.
  [[nodiscard]] std::string as_string() const;
  /// The same, without a copy if the string has no escapes; otherwise unescaped into `scratch`.
  [[nodiscard]] std::string_view as_string(std::string& scratch) const;
  /// The elements; none if the value is not an array.
  [[nodiscard]] json_array as_array() const;
  /// The members; none if the value is not an object.
  [[nodiscard]] json_object as_object() const;

private:
  std::string_view raw_ = "null";
};

/// The elements of an array, for a range-for. Each step skips one element in O(bytes).
class json_array {
public:
  class iterator {
  public:
    explicit iterator(std::string_view inside) : rest_(inside) { ++*this; }
    const json_value& operator*() const { return value_; }
    iterator& operator++();
    bool operator==(std::default_sentinel_t) const { return ended_; }

  private:
    std::string_view rest_;
    json_value value_;
    bool ended_ = false;
  };

  explicit json_array(std::string_view inside) : inside_(inside) {}
  [[nodiscard]] iterator begin() const { return iterator{inside_}; }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  [[nodiscard]] bool empty() const { return begin() == end(); }

private:
  std::string_view inside_;
};

/// A member of an object. `name` is unescaped, and valid until the iterator moves.
struct json_member {
  std::string_view name;
  json_value value;
};

/// The members of an object in the order of the text, for a range-for.
class json_object {
public:
  class iterator {
  public:
    explicit iterator(std::string_view inside) : rest_(inside) { ++*this; }
    iterator(const iterator&) = delete; // `name` may point into this iterator.
    iterator& operator=(const iterator&) = delete;
    const json_member& operator*() const { return member_; }
    iterator& operator++();
    bool operator==(std::default_sentinel_t) const { return ended_; }

  private:
    std::string_view rest_;
    json_member member_;
    std::string unescaped_;
    bool ended_ = false;
  };

  explicit json_object(std::string_view inside) : inside_(inside) {}
  [[nodiscard]] iterator begin() const { return iterator{inside_}; }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  [[nodiscard]] bool empty() const { return begin() == end(); }
  /// The member with that name. O(bytes).
  [[nodiscard]] std::optional<json_value> find(std::string_view name) const;

private:
  std::string_view inside_;
};

/// The value at a JSON pointer (RFC 6901); nothing if there is none or the pointer is malformed.
[[nodiscard]] std::optional<json_value> at_pointer(json_value value, std::string_view pointer);

/// Whether `pointer` is well-formed: empty, or tokens that each begin with `/`.
[[nodiscard]] bool is_json_pointer(std::string_view pointer);

} // namespace rota
