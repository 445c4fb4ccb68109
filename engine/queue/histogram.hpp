// Counts of values by size: a histogram with fixed bounds.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace rota::engine {

/// How many values lay at or below each bound and above the one before; the last count is of those
/// above all bounds. Bounds ascend. A plain value; adding costs a search in the bounds.
template <const auto& Bounds>
struct histogram {
  static constexpr std::size_t size = Bounds.size() + 1;

  std::array<std::uint64_t, size> counts{};
  std::int64_t sum = 0; ///< Of the values, in the unit of the bounds.

  static std::size_t bucket_of(std::int64_t value) {
    return static_cast<std::size_t>(std::lower_bound(Bounds.begin(), Bounds.end(), value) -
                                    Bounds.begin());
  }
  void add(std::int64_t value) {
    ++counts[bucket_of(value)];
    sum += value;
  }
};

} // namespace rota::engine
