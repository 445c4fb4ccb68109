// The seed of a test's random choices.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <random>

namespace rota::tests {

/// Returns ROTA_SEED if it is set, else a different seed on each call. The test prints it.
inline std::uint64_t chosen_seed() {
  if (const char* given = std::getenv("ROTA_SEED"))
    return std::strtoull(given, nullptr, 10);
  return std::random_device{}();
}

} // namespace rota::tests
