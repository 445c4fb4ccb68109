#pragma once

#include "bench/common/stop_signal.hpp"

namespace rota::bench {

/// Waits until the machine has next to nothing to do: what one system does behind its answers should
/// not be paid by the next. At most a second.
void await_quiet(const stop_signal& stop);

} // namespace rota::bench
