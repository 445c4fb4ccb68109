// A census: how many jobs wait and why, and which tenants have the most work. It is gathered from
// the arbiter a few queues at a time, so that nothing waits for it.
#pragma once
#include "engine/arbiter/wait_reason.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"
#include "engine/virtual_time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rota::engine {

/// Demand for one type.
struct type_census {
  std::string type; ///< Empty: unused index.
  std::string pool;
  std::array<std::uint64_t, wait_reason_count> ready{}; ///< Ready jobs by the reason why they are
                                                        ///< not running.
  std::optional<time_point> oldest_ready;               ///< Nothing if no job is ready.
  std::uint32_t in_flight = 0;                          ///< Attempts.
  std::optional<std::uint32_t> max_running;

  /// Adds another type's counts. A sum over several types has no limit.
  void join(const type_census& other);
};

/// A tenant's part in a pool.
struct tenant_census {
  std::string tenant;
  std::string pool;
  std::uint64_t ready = 0;
  std::uint32_t in_flight = 0;
  std::uint64_t dispatches = 0;    ///< Since the start of the runtime.
  micro served;                    ///< Total cost of the dispatches.
  std::optional<virtual_time> tag; ///< F; nothing if the pool has no tag for the tenant.
  micro weight;
  std::optional<std::uint32_t> max_running;

  std::uint64_t depth() const { return ready + in_flight; }
};

/// Filled by repeated calls of arbiter::census_step() until that returns true. A change during the
/// walk is seen before or after it happens.
struct census {
  explicit census(std::size_t tenants_max) : tenants_max(tenants_max) {}

  std::size_t tenants_max;        ///< Maximum number of named tenants per pool.
  std::vector<type_census> types; ///< By index; may contain unused ones.
  /// By pool: the tenants with the greatest depth, then the most served, in this order once the
  /// census is complete. Tenants that had work but have none now fill the remaining places.
  std::map<std::string, std::vector<tenant_census>> tenants;
  std::uint64_t tenants_with_work = 0;

  // Position of the walk:
  std::uint32_t at_tenant = 0;
  std::size_t at_queue = 0;
  std::vector<tenant_census> current; ///< The counts of the tenant at at_tenant so far, by pool.
};

} // namespace rota::engine
