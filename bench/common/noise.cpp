#include "bench/common/noise.hpp"

#include <cstdint>
#include <string>

namespace rota::bench {

namespace {

constexpr std::size_t pool_size = 128 * 1024;
constexpr std::size_t most_at_once = 4096;

std::string make_pool() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string pool;
  std::uint64_t state = 1;
  while (pool.size() < pool_size + most_at_once) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    pool += letters[(state >> 33U) % letters.size()];
  }
  return pool;
}

} // namespace

std::string_view noise::next(std::size_t size) {
  static const std::string pool = make_pool();
  const auto text = std::string_view(pool).substr(offset_, size);
  offset_ = (offset_ + size) % pool_size;
  return text;
}

} // namespace rota::bench
