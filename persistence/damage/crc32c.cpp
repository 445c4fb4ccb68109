#include "persistence/damage/crc32c.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace rota::persistence {
namespace {

constexpr std::uint32_t polynomial = 0x82f63b78; // reflected form
constexpr std::size_t slices = 8;

using tables = std::array<std::array<std::uint32_t, 256>, slices>;

// Slicing by eight: table k advances the sum of a byte by k zero bytes.
constexpr tables make_tables() {
  tables made{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t sum = byte;
    for (int bit = 0; bit < 8; ++bit)
      sum = (sum >> 1) ^ ((sum & 1) != 0 ? polynomial : 0);
    made[0][byte] = sum;
  }
  for (std::size_t slice = 1; slice < slices; ++slice) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t shorter = made[slice - 1][byte];
      made[slice][byte] = (shorter >> 8) ^ made[0][shorter & 0xff];
    }
  }
  return made;
}

constexpr tables lookup = make_tables();

std::uint32_t step(std::uint32_t sum, char byte) noexcept {
  return (sum >> 8) ^ lookup[0][(sum ^ static_cast<unsigned char>(byte)) & 0xff];
}

} // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) noexcept {
  std::uint32_t sum = ~before;
  if constexpr (std::endian::native == std::endian::little) {
    while (bytes.size() >= slices) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data(), sizeof(word));
      word ^= sum;
      sum = 0;
      for (std::size_t slice = 0; slice < slices; ++slice)
        sum ^= lookup[slices - 1 - slice][(word >> (8 * slice)) & 0xff];
      bytes.remove_prefix(slices);
    }
  }
  for (const char byte : bytes)
    sum = step(sum, byte);
  return ~sum;
}

} // namespace rota::persistence
