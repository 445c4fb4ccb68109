#pragma once

#include "system/descriptor.hpp"

#include <chrono>
#include <csignal>

namespace rota::client {

/// Makes SIGINT and SIGTERM available to poll(). Threads started later inherit the blocked signals;
/// child processes must unblock them.
class stop_signals {
public:
  stop_signals();
  ~stop_signals();
  stop_signals(const stop_signals&) = delete;
  stop_signals& operator=(const stop_signals&) = delete;

  /// Readable when a signal has arrived.
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }
  /// Waits for a signal; returns false if none arrives within `timeout`. The signal is not taken.
  [[nodiscard]] bool arrives_within(std::chrono::milliseconds timeout) const;
  /// Reads from such a descriptor the number of signals since the last call. A pipe that receives a
  /// byte for each request to stop works, too. Does not block if the descriptor is non-blocking.
  [[nodiscard]] static int read_count(int descriptor);

private:
  sigset_t previous_mask_{}; ///< Another stop_signals may be active.
  system::descriptor descriptor_;
};

} // namespace rota::client
