// A histogram with fixed bounds.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace rota::engine {

/// Each count is the number of values at or below its bound and above the previous one; the last
/// count is for values above all bounds. `Bounds` must ascend. Adding a value is a binary search.
template <const auto& Bounds>
struct histogram {
  static constexpr std::size_t size = Bounds.size() + 1;

  std::array<std::uint64_t, size> counts{};
  std::int64_t sum = 0; ///< Of all values, in the unit of the bounds.

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
