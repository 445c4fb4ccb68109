// Prepares bytes from outside as text for JSON.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace rota {

/// Whether the byte is a continuation byte of UTF-8.
[[nodiscard]] constexpr bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

[[nodiscard]] bool is_utf8(std::string_view text);
/// `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

/// The first `bytes_max` bytes of valid UTF-8 or fewer, cut between characters.
[[nodiscard]] std::string_view head(std::string_view text, std::size_t bytes_max);
/// The last `bytes_max` bytes or fewer, cut between lines if that leaves anything, else between
/// characters.
[[nodiscard]] std::string_view tail(std::string_view text, std::size_t bytes_max);
/// `text` without surrounding white space.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// The number that the whole text is; nothing for any other text.
template <class Number>
[[nodiscard]] std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

} // namespace rota
