#pragma once

#include <cstdint>
#include <string_view>

namespace rota::persistence {

/// CRC-32C (Castagnoli) of `bytes`, continuing from the sum of what came before them.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0) noexcept;

} // namespace rota::persistence
