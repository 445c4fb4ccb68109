#pragma once

#include <csignal>

namespace rota::client {

/// Turns SIGINT and SIGTERM of this process into something to poll for. Threads that are started
/// later inherit the blocked signals; child processes must unblock them.
class stop_signals {
public:
  stop_signals();
  ~stop_signals();
  stop_signals(const stop_signals&) = delete;
  stop_signals& operator=(const stop_signals&) = delete;

  /// Readable when a signal came.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// How many signals came since the last time, taken from such a descriptor; a pipe that gets a
  /// byte for each request to stop does as well. Doesn't wait where the descriptor doesn't block.
  [[nodiscard]] static int take(int descriptor);

private:
  sigset_t before_{}; ///< What was blocked: there may be one around this one.
  int descriptor_;
};

} // namespace rota::client
