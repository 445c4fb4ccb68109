#pragma once

#include "cmd/rota/stop_signals.hpp"

#include <poll.h>

#include <chrono>
#include <stdexcept>

namespace rota::bench {

/// Thrown by a wait that SIGINT or SIGTERM ended, so that children and folders are cleaned up.
struct stopped_by_signal : std::runtime_error {
  stopped_by_signal() : std::runtime_error("stopped by a signal") {}
};

/// Makes SIGINT and SIGTERM something to wait for. Create one in main before any thread or child:
/// it blocks both signals. Processes started by child_process have them unblocked.
class stop_signal {
public:
  /// Readable once a signal has arrived.
  [[nodiscard]] int descriptor() const { return signals_.descriptor(); }
  /// Sleeps; throws stopped_by_signal if a signal has arrived.
  void pause(std::chrono::milliseconds time) const {
    pollfd wait{descriptor(), POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(time.count())) > 0)
      throw stopped_by_signal();
  }

private:
  client::stop_signals signals_;
};

} // namespace rota::bench
