// The seed of a test's random choices.
#pragma once
#include <cstdint>

namespace rota::tests {

/// Returns ROTA_SEED if it is set, else a different seed on each call. The test prints it.
std::uint64_t chosen_seed();

} // namespace rota::tests
