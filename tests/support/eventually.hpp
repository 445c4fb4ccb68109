// Waiting for a condition that only polling can detect.
#pragma once
#include <chrono>
#include <thread>

namespace rota::tests {

/// Longer than any step takes on a busy machine; only a failing test waits this long.
inline constexpr std::chrono::seconds test_timeout{60};

/// Polls until `holds()` returns true, and then returns at once; returns false after `test_timeout`.
template <class Holds>
bool eventually(Holds&& holds, std::chrono::milliseconds most = test_timeout,
                std::chrono::milliseconds pause = std::chrono::milliseconds{2}) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    std::this_thread::sleep_for(pause); // Leaves the processor to other processes.
  }
  return true;
}

} // namespace rota::tests
