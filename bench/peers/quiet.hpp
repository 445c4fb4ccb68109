#pragma once

#include "bench/common/stop_signal.hpp"

#include <chrono>

namespace rota::bench {

/// Waits until the machine has next to nothing to do: what one system does behind its answers should
/// not be paid by the next. At most `patience`.
void await_quiet(const stop_signal& stop,
                 std::chrono::milliseconds patience = std::chrono::seconds(1));

} // namespace rota::bench
