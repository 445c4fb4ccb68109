#pragma once

#include <compare>
#include <cstdint>

namespace rota::engine {

/// The place of an event in the one order of everything. Counts events, starting with 1; 0 stands
/// before the first.
struct position {
  std::uint64_t value = 0;

  auto operator<=>(const position&) const = default;
};

} // namespace rota::engine
