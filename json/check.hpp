#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rota {

/// Limits on one JSON text.
struct json_limits {
  std::size_t max_depth = 64; ///< Maximum nesting of arrays and objects.
};

enum class json_error_kind : std::uint8_t { syntax, duplicate, depth };

/// Why a text was refused.
struct json_error {
  json_error_kind kind = json_error_kind::syntax;
  std::string reason;     ///< A phrase for people, part of a sentence.
  std::size_t offset = 0; ///< The byte at which the error was detected.
  std::string path;       ///< For a duplicate member: JSON pointer to its second occurrence.
};

/// Checks complete JSON texts: the strict grammar of RFC 8259 (no NaN, comments or trailing
/// commas), valid UTF-8, no lone surrogates, no duplicate member names in an object (compared
/// unescaped) and nothing after the value. Numbers of any size are accepted, but not exponents of
/// ten or more digits. Keeps its buffers between texts: in steady state it allocates only for
/// objects of more than 16 members. Not thread-safe.
class json_checker {
public:
  explicit json_checker(json_limits limits = {});
  ~json_checker();
  json_checker(json_checker&&) noexcept;
  json_checker& operator=(json_checker&&) noexcept;

  /// Returns nothing if `text` is an acceptable JSON text. A duplicate is reported only if there is
  /// no other error, so that such a text can still be read with json_value. O(bytes).
  [[nodiscard]] std::optional<json_error> check(std::string_view text);

private:
  class handler;
  struct state;
  std::unique_ptr<state> state_;
};

/// The same for a single text. To check many, keep a json_checker.
[[nodiscard]] std::optional<json_error> check_json(std::string_view text, json_limits limits = {});

} // namespace rota
