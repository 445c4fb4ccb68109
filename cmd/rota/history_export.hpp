// A daemon's settings and the jobs that it knows, as lines of JSON: for one's own records and for rota-sim what-if.
#pragma once
#include "cmd/rota/context.hpp"

namespace rota::client {

/// Prints `{"info": ..}` as server.info tells it, then `{"type": ..}`, `{"tenant": ..}`, `{"key": ..}`, `{"pool": ..}`,
/// `{"executor": ..}` and `{"job": ..}` as the wire's lists have them, one a line, and `{"end": {"jobs": N}}`: without
/// that line the export is not whole. Jobs come without payload, result and checkpoint unless `contents`. The daemon
/// goes on meanwhile, so a job is told as it was when its page was read. O(1) memory but for a page.
[[nodiscard]] exit_status export_history(requester& server, bool contents);

} // namespace rota::client
