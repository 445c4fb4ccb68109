// All figures of a runtime at one time, for monitoring.
#pragma once
#include "actors/directory/admission.hpp"
#include "actors/executor/executor_board.hpp"
#include "actors/runtime/audit_schedule.hpp"
#include "actors/runtime/type_figures.hpp"
#include "engine/arbiter/arbiter_values.hpp"
#include "engine/arbiter/census.hpp"
#include "persistence/journal/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rota::actors {

/// Messages that wait for one actor, or for all sessions together.
struct actor_load {
  std::string actor;
  std::string executor; ///< Of a runner or poller; otherwise empty.
  std::size_t mailbox = 0;
};

struct runtime_figures {
  engine::time_point now{};
  std::vector<type_counts> types;
  std::vector<engine::type_census> demand; ///< Named as in `types`.
  /// Those with most waiting jobs, in descending order.
  std::vector<engine::tenant_census> tenants;
  std::uint64_t tenants_with_work = 0;
  std::vector<engine::pool_view> pools;
  std::vector<std::pair<std::string, executor_health>> executors;
  std::vector<actor_load> loads;
  persistence::journal_stats journal;
  admission::refusals refused;
  std::uint64_t waiting_bytes = 0;
  std::uint64_t waiting_bytes_max = 0;
  std::uint64_t queues = 0;
  audit_figures audits;
  std::uint64_t sessions = 0;
  bool draining = false;
};

} // namespace rota::actors
