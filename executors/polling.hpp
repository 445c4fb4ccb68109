// The time, and waiting for what no notification reports.
#pragma once
#include "engine/time.hpp"
#include "system/process_identity.hpp"

#include <chrono>
#include <thread>

namespace rota::executors {

/// Returns the time of this machine's clock.
[[nodiscard]] inline engine::time_point now() { return engine::from_us(system::now_ns() / 1000); }

/// Calls `holds` every `pause` until it returns true. Returns false after `patience`.
template <class Predicate>
bool poll_until(std::chrono::milliseconds patience, std::chrono::milliseconds pause,
                Predicate holds) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

} // namespace rota::executors
