#include "tests/support/seed.hpp"

#include <cstdlib>
#include <random>

namespace rota::tests {

std::uint64_t chosen_seed() {
  if (const char* given = std::getenv("ROTA_SEED"))
    return std::strtoull(given, nullptr, 10);
  return std::random_device{}();
}

} // namespace rota::tests
