#pragma once

#include <compare>
#include <cstdint>

namespace rota::engine {

/// The number of an event in the one order of all events, starting at 1; 0 is before the first.
struct position {
  std::uint64_t value = 0;

  auto operator<=>(const position&) const = default;
};

} // namespace rota::engine
