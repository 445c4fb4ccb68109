#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

// A cursor over JSON text that json_checker has accepted. It builds no tree and copies nothing:
// a value is the piece of text that it stands for, so that what came can be given back byte for
// byte. Text that wasn't checked yields nonsense, but nothing outside it is ever read.

namespace rota {

enum class json_kind : std::uint8_t { null, boolean, number, string, array, object };

class json_array;
class json_object;

/// One value, as a view into the text; valid as long as the text is.
class json_value {
public:
  /// The value null.
  json_value() = default;
  /// The value that `text` consists of; white space around it is left out.
  explicit json_value(std::string_view text);

  /// The text of the value, exactly as it came. Never empty for checked text.
  [[nodiscard]] std::string_view raw() const { return raw_; }
  [[nodiscard]] json_kind kind() const;

  [[nodiscard]] bool is_null() const { return kind() == json_kind::null; }
  [[nodiscard]] bool is_bool() const { return kind() == json_kind::boolean; }
  [[nodiscard]] bool is_number() const { return kind() == json_kind::number; }
  [[nodiscard]] bool is_string() const { return kind() == json_kind::string; }
  [[nodiscard]] bool is_array() const { return kind() == json_kind::array; }
  [[nodiscard]] bool is_object() const { return kind() == json_kind::object; }

  /// A number without fraction and exponent that fits; 1.0 and 1e3 don't count as integers.
  [[nodiscard]] std::optional<std::int64_t> as_int64() const;
  /// A number that is finite and not too small as a double.
  [[nodiscard]] std::optional<double> as_double() const;
  [[nodiscard]] std::optional<bool> as_bool() const;
  /// The unescaped text of a string; empty when this isn't a string.
  [[nodiscard]] std::string as_string() const;
  /// The same without a copy where the string has no escapes; else it is unescaped into `scratch`.
  [[nodiscard]] std::string_view as_string(std::string& scratch) const;
  /// The elements; none when this isn't an array.
  [[nodiscard]] json_array as_array() const;
  /// The members; none when this isn't an object.
  [[nodiscard]] json_object as_object() const;

private:
  std::string_view raw_ = "null";
};

/// The elements of an array, to be walked with a range-for. Each step skips one element: O(bytes).
class json_array {
public:
  class iterator {
  public:
    explicit iterator(std::string_view inside);
    const json_value& operator*() const { return value_; }
    iterator& operator++();
    bool operator==(std::default_sentinel_t) const { return ended_; }

  private:
    void step();

    std::string_view rest_;
    json_value value_;
    bool ended_ = false;
  };

  explicit json_array(std::string_view inside) : inside_(inside) {}
  [[nodiscard]] iterator begin() const { return iterator{inside_}; }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  [[nodiscard]] bool empty() const { return begin() == end(); }
  /// Counts by walking: O(bytes).
  [[nodiscard]] std::size_t size() const;

private:
  std::string_view inside_;
};

/// A member of an object. `name` is unescaped and valid until the walk goes on.
struct json_member {
  std::string_view name;
  json_value value;
};

/// The members of an object in the order of the text, to be walked with a range-for.
class json_object {
public:
  class iterator {
  public:
    explicit iterator(std::string_view inside);
    iterator(const iterator&) = delete; // `name` may point into this very iterator.
    iterator& operator=(const iterator&) = delete;
    const json_member& operator*() const { return member_; }
    iterator& operator++();
    bool operator==(std::default_sentinel_t) const { return ended_; }

  private:
    void step();

    std::string_view rest_;
    json_member member_;
    std::string unescaped_;
    bool ended_ = false;
  };

  explicit json_object(std::string_view inside) : inside_(inside) {}
  [[nodiscard]] iterator begin() const { return iterator{inside_}; }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  [[nodiscard]] bool empty() const { return begin() == end(); }
  /// The member of that name, found by walking.
  [[nodiscard]] std::optional<json_value> find(std::string_view name) const;

private:
  std::string_view inside_;
};

/// What the JSON pointer (RFC 6901) leads to; nothing when it leads nowhere or isn't a pointer.
[[nodiscard]] std::optional<json_value> at_pointer(json_value value, std::string_view pointer);

/// Whether `pointer` is well-formed: empty, or tokens that each begin with `/`.
[[nodiscard]] bool is_json_pointer(std::string_view pointer);

} // namespace rota
