// Waiting for something that only asking again can tell.
#pragma once
#include <chrono>
#include <thread>

namespace rota::tests {

/// Longer than anything takes on a busy machine; only a failing test ever waits so long.
inline constexpr std::chrono::seconds patience{60};

/// Asks until `holds()` says true; false when it never did. Returns as soon as it does.
template <class Holds>
bool eventually(Holds&& holds, std::chrono::milliseconds most = patience,
                std::chrono::milliseconds pause = std::chrono::milliseconds{2}) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    std::this_thread::sleep_for(pause); // leaves the processor to others
  }
  return true;
}

} // namespace rota::tests
