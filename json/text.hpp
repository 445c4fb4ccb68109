// Bytes from outside as text for JSON.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rota {

/// Whether the byte goes on with a character of UTF-8 that began before it.
[[nodiscard]] constexpr bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// `text` with every byte that isn't part of valid UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

/// At most `bytes_max` bytes from the start of valid UTF-8, cut between characters.
[[nodiscard]] std::string_view head(std::string_view text, std::size_t bytes_max);
/// At most `bytes_max` bytes from the end, cut between lines where that leaves something, else
/// between characters.
[[nodiscard]] std::string_view tail(std::string_view text, std::size_t bytes_max);
/// Without white space around.
[[nodiscard]] std::string_view trimmed(std::string_view text);

} // namespace rota
