// The seed of a test's random choices.
#pragma once
#include <cstdint>

namespace rota::tests {

/// ROTA_SEED if that is set, else another one each time. The test prints it.
std::uint64_t chosen_seed();

} // namespace rota::tests
