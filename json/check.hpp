#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rota {

/// What one JSON text may contain at most.
struct json_limits {
  std::size_t max_depth = 64; ///< Levels of arrays and objects inside each other.
};

enum class json_error_kind : std::uint8_t { syntax, duplicate, depth };

/// Why a text was refused.
struct json_error {
  json_error_kind kind = json_error_kind::syntax;
  std::string reason;     ///< A part of a sentence for people.
  std::size_t offset = 0; ///< The byte where it was noticed.
  std::string path;       ///< For a duplicate: JSON pointer to the member that comes again.
};

/// Checks whole JSON texts: the strict grammar of RFC 8259 (no NaN, comments or trailing commas),
/// valid UTF-8, no lone surrogates, no member name twice in one object (names are compared
/// unescaped) and nothing after the value. A number's size doesn't matter, but an exponent of ten
/// or more digits is refused. Keeps its buffers between texts, so that it allocates nothing in
/// steady state but for objects of more than 16 members. Not thread-safe.
class json_checker {
public:
  explicit json_checker(json_limits limits = {});
  ~json_checker();
  json_checker(json_checker&&) noexcept;
  json_checker& operator=(json_checker&&) noexcept;

  /// Nothing when `text` is one acceptable JSON text. A duplicate is reported only when nothing
  /// else is wrong, so that a text with a duplicate can still be walked with json_value.
  /// O(bytes).
  [[nodiscard]] std::optional<json_error> check(std::string_view text);

private:
  class handler;
  struct state;
  std::unique_ptr<state> state_;
};

/// The same for a single text; keep a json_checker where many are checked.
[[nodiscard]] std::optional<json_error> check_json(std::string_view text, json_limits limits = {});

} // namespace rota
