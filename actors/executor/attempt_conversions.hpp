// Converts between the engine's attempts and the executors' orders and results.
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

/// Converts the end of an attempt to its settlement, with an item for each of its jobs; in a batch,
/// each by its own verdict.
[[nodiscard]] settle_part settlement_of(engine::attempt_id attempt,
                                        const std::vector<engine::job_id>& jobs,
                                        const executors::attempt_result& how);

} // namespace rota::actors
