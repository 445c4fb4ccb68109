#include "engine/virtual_time.hpp"

namespace rota::engine {

virtual_time charge_of(micro cost, micro weight, std::int64_t& carry) {
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
