// Waiting for something that only asking again can tell.
#pragma once
#include "tests/system/support/child_program.hpp"

#include <chrono>
#include <thread>

namespace rota::tests {

/// Asks until `holds()` says true; false when it never did. Returns as soon as it does.
template <class Holds>
bool eventually(Holds&& holds, std::chrono::milliseconds most = patience) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2}); // leaves the processor to others
  }
  return true;
}

} // namespace rota::tests
