// The fair share's virtual time: exact fixed point, so that tags never drift.
#pragma once
#include "engine/quantity.hpp"

#include <compare>
#include <cstdint>

namespace rota::engine {

__extension__ using wide = __int128;

/// A service tag: cost per weight in units of 2^-20. With 128 bits no run of dispatches within the
/// bounds of cost and weight overflows it.
struct virtual_time {
  wide units = 0;

  static constexpr int fraction_bits = 20;

  constexpr double as_double() const {
    return static_cast<double>(units) / static_cast<double>(1 << fraction_bits);
  }
  friend constexpr bool operator==(virtual_time a, virtual_time b) { return a.units == b.units; }
  friend constexpr std::strong_ordering operator<=>(virtual_time a, virtual_time b) {
    return a.units < b.units   ? std::strong_ordering::less
           : a.units > b.units ? std::strong_ordering::greater
                               : std::strong_ordering::equal;
  }
  friend constexpr virtual_time operator+(virtual_time a, virtual_time b) {
    return {a.units + b.units};
  }
  friend constexpr virtual_time operator-(virtual_time a, virtual_time b) {
    return {a.units - b.units};
  }
};

/// Returns cost / weight as a difference of tags, and carries the remainder of the division to the
/// next charge: three charges of 1 at weight 3 advance a tag by exactly 1. `cost` may be negative.
/// The carry belongs to one tenant; reset it to 0 when the weight changes.
inline virtual_time charge_of(micro cost, micro weight, std::int64_t& carry) {
  const wide numerator = (wide{cost.value} << virtual_time::fraction_bits) + carry;
  wide quotient = numerator / weight.value;
  wide remainder = numerator % weight.value;
  if (remainder < 0) { // floor, so that the carry stays in [0, weight)
    remainder += weight.value;
    --quotient;
  }
  carry = static_cast<std::int64_t>(remainder);
  return {quotient};
}

} // namespace rota::engine
