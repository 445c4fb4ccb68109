// Exports a daemon's settings and jobs as lines of JSON, for archiving and for rota-sim what-if.
#pragma once
#include "cmd/rota/context.hpp"

namespace rota::client {

/// Prints `{"info": ..}` with the result of server.info, then `{"type": ..}`, `{"tenant": ..}`,
/// `{"key": ..}`, `{"pool": ..}`, `{"executor": ..}` and `{"job": ..}` lines with the elements of
/// the wire's lists, and finally `{"end": {"jobs": N}}`. Without that last line the export is
/// incomplete. Payload, result and checkpoint are omitted unless `contents` is set. The daemon
/// continues meanwhile, so each job is shown as it was when its page was read. Needs memory for one
/// page only.
[[nodiscard]] exit_status export_history(requester& server, bool contents);

} // namespace rota::client
