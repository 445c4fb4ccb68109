#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace rota::persistence {

/// Returns the values one after the other, so that keys sort by number.
template <std::unsigned_integral... T>
[[nodiscard]] std::string big_endian(T... values) {
  std::string out;
  out.reserve((sizeof(T) + ...));
  const auto append = [&out](auto value) {
    for (std::size_t byte = sizeof(value); byte-- > 0;)
      out.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * byte))));
  };
  (append(values), ...);
  return out;
}

/// Reads the number at `offset`. Precondition: `sizeof(T)` bytes are there.
template <std::unsigned_integral T>
[[nodiscard]] T read_big_endian(std::string_view bytes, std::size_t offset) {
  T value = 0;
  for (std::size_t byte = 0; byte < sizeof(T); ++byte)
    value = static_cast<T>((value << 8) | static_cast<unsigned char>(bytes[offset + byte]));
  return value;
}

} // namespace rota::persistence
