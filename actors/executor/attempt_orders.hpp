// What a lease means for those who start and watch it.
#pragma once
#include "actors/runtime/room.hpp"
#include "executors/executor.hpp"
#include "executors/watch_machine.hpp"

namespace rota::actors {

/// With the type's options as they are now, which may differ from try to try.
[[nodiscard]] executors::start_order start_order_for(const room& shared, const lease& attempt);

[[nodiscard]] executors::watch_order watch_order_for(const room& shared, const lease& attempt,
                                                     engine::time_point started, bool cancelled);

} // namespace rota::actors
