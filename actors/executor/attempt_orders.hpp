// Converts a lease to the orders of start_machine and watch_machine.
#pragma once
#include "actors/runtime/shared_state.hpp"
#include "executors/executor.hpp"
#include "executors/watch_machine.hpp"

namespace rota::actors {

/// Uses the type's current options, which may differ between attempts.
[[nodiscard]] executors::start_order start_order_for(const shared_state& shared,
                                                     const lease& attempt);

[[nodiscard]] executors::watch_order watch_order_for(const shared_state& shared,
                                                     const lease& attempt,
                                                     engine::time_point started, bool cancelled);

} // namespace rota::actors
