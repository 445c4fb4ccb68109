#pragma once

#include <chrono>
#include <stdexcept>

namespace rota::bench {

/// Thrown where a wait was ended by SIGINT or SIGTERM, so that children and folders are cleaned up.
struct stopped_by_signal : std::runtime_error {
  stopped_by_signal() : std::runtime_error("stopped by a signal") {}
};

/// Turns SIGINT and SIGTERM into something to wait for. Make one in main, before any thread or
/// child.
class stop_signal {
public:
  /// Blocks both signals in this thread; child processes made by child_process have them back.
  stop_signal();
  ~stop_signal();
  stop_signal(const stop_signal&) = delete;
  stop_signal& operator=(const stop_signal&) = delete;

  /// Readable once a signal has come.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// Lets time go by; throws stopped_by_signal when a signal has come.
  void pause(std::chrono::milliseconds time) const;

private:
  int descriptor_ = -1;
};

} // namespace rota::bench
