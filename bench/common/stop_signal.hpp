#pragma once

#include "cmd/rota/stop_signals.hpp"

#include <poll.h>

#include <chrono>
#include <stdexcept>

namespace rota::bench {

/// Thrown where a wait was ended by SIGINT or SIGTERM, so that children and folders are cleaned up.
struct stopped_by_signal : std::runtime_error {
  stopped_by_signal() : std::runtime_error("stopped by a signal") {}
};

/// Turns SIGINT and SIGTERM into something to wait for. Make one in main, before any thread or
/// child: both signals are blocked from then on; child processes made by child_process have them back.
class stop_signal {
public:
  /// Readable once a signal has come.
  [[nodiscard]] int descriptor() const { return signals_.descriptor(); }
  /// Lets time go by; throws stopped_by_signal when a signal has come.
  void pause(std::chrono::milliseconds time) const {
    pollfd wait{descriptor(), POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(time.count())) > 0) {
      throw stopped_by_signal();
    }
  }

private:
  client::stop_signals signals_;
};

} // namespace rota::bench
