#pragma once

#include <cstdint>
#include <string_view>

namespace rota::persistence {

/// Returns the CRC-32C (Castagnoli) of `bytes`, continued from `before`, the sum of the preceding
/// bytes.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0) noexcept;

} // namespace rota::persistence
