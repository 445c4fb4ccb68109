#include "wire/output_text.hpp"

#include <cstddef>

namespace rota::wire {
namespace {

/// Returns the length of the UTF-8 character at `at` in bytes; 0 if it is not one.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80)
    return 1;
  const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 0 || first > 0xF4 || text.size() - at < length)
    return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80)
      return 0;
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool outside = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  return overlong || outside ? 0 : length;
}

} // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = utf8_length(text, at);
    if (length == 0)
      return false;
    at += length;
  }
  return true;
}

std::string base64(std::string_view data) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((data.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < data.size(); at += 3) {
    const auto left = data.size() - at;
    const auto byte = [&](std::size_t i) {
      return i < left ? static_cast<unsigned char>(data[at + i]) : 0U;
    };
    const unsigned bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    text += digits[bits >> 18];
    text += digits[bits >> 12 & 63];
    text += left > 1 ? digits[bits >> 6 & 63] : '=';
    text += left > 2 ? digits[bits & 63] : '=';
  }
  return text;
}

} // namespace rota::wire
