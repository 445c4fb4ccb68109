#pragma once

#include "persistence/damage/crc32c.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rota::persistence {

// Conventions shared by all of RocksDB's file formats.

/// Returns a sum as RocksDB stores it, rotated and offset: the CRC of data that contains its own
/// CRC would otherwise be weak.
[[nodiscard]] constexpr std::uint32_t masked(std::uint32_t sum) noexcept {
  return ((sum >> 15) | (sum << 17)) + 0xa282ead8U;
}

/// Returns the little-endian number in the first `count` bytes, at most eight. Precondition: they
/// are there.
[[nodiscard]] inline std::uint64_t little_endian(std::string_view bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t byte = 0; byte < count; ++byte)
    value |= std::uint64_t{static_cast<unsigned char>(bytes[byte])} << (8 * byte);
  return value;
}

} // namespace rota::persistence
