#include "engine/quantity.hpp"

#include <cmath>

namespace rota::engine {

std::optional<micro> quantity_from(double x) {
  if (!(x >= least_quantity.as_double() && x <= most_quantity.as_double()))
    return std::nullopt;
  return micro{std::llround(x * static_cast<double>(micro::scale))};
}

} // namespace rota::engine
