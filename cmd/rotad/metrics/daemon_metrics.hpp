// The daemon's own metrics, available whatever the state of the storage.
#pragma once
#include "cmd/rotad/counters.hpp"

#include <cstdint>
#include <string>

namespace rota::daemon {

struct daemon_figures {
  std::int64_t started_us = 0; ///< Wall time.
  bool ready = false;
  const wire_counters& wire;
  const http_counters& http;
};

/// Returns the whole text, to be joined with the runtime's.
std::string daemon_metrics(const daemon_figures& figures);

} // namespace rota::daemon
