#pragma once

#include "persistence/formats/big_endian.hpp"
#include "persistence/history/history.hpp"

#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace rota::persistence {

// Keys of the history's tables; history.hpp describes the format. For history*.cpp only.

inline constexpr std::string_view history_totals_row = "history";
inline constexpr std::size_t history_key_bytes = 4 + 1 + 8 + 8 + 8;
inline constexpr std::size_t history_order_value_bytes = 4 + 1 + 8 + 8 + 4 + 8;

[[nodiscard]] inline std::uint8_t history_level(std::uint64_t first, std::uint64_t last) {
  return static_cast<std::uint8_t>(std::bit_width(last - first));
}

/// The greatest last serial of any block of the level that covers `serial`.
[[nodiscard]] inline std::uint64_t covering_end(std::uint64_t serial, std::uint8_t level) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t reach = level >= 64 ? most : (std::uint64_t{1} << level) - 1;
  return serial > most - reach ? most : serial + reach;
}

/// The part of a key that both tables share.
[[nodiscard]] inline std::string history_range_key(const history_block& block) {
  return big_endian(block.queue, history_level(block.first_serial, block.last_serial),
                    block.last_serial, block.first_serial);
}

[[nodiscard]] inline std::string history_key(std::string_view range_key, std::uint64_t number) {
  return std::string(range_key) + big_endian(~number);
}

} // namespace rota::persistence
