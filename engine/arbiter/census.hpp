// What waits and why, and who has most of it and was served how much: the arbiter's knowledge, gathered a few queues at a time
// so that nobody waits for it.
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
  std::string type; ///< Empty: no such type.
  std::string pool;
  std::array<std::uint64_t, wait_reason_count> ready{}; ///< Jobs by why they aren't running.
  std::optional<time_point> oldest_ready;               ///< Since when; nothing when none is ready.
  std::uint32_t in_flight = 0;                          ///< Attempts.
  std::optional<std::uint32_t> max_running;

  /// Adds another type, for a sum over several: that has no limit.
  void join(const type_census& other);
};

/// A tenant's part of a pool.
struct tenant_census {
  std::string tenant;
  std::string pool;
  std::uint64_t ready = 0;
  std::uint32_t in_flight = 0;
  std::uint64_t dispatches = 0;    ///< Since the start of the room.
  micro served;                    ///< Their cost.
  std::optional<virtual_time> tag; ///< F; nothing: it isn't known there yet.
  micro weight;
  std::optional<std::uint32_t> max_running;

  std::uint64_t depth() const { return ready + in_flight; }
};

/// Filled by arbiter::census_step() from an empty one until that says it is whole. The picture is of
/// the time of the walk: what changes meanwhile may be seen before or after its change.
struct census {
  explicit census(std::size_t tenants_max) : tenants_max(tenants_max) {}

  std::size_t tenants_max;        ///< How many a pool are named.
  std::vector<type_census> types; ///< With holes.
  /// By pool those with most depth, then most served; once it is whole, in this order. Who has nothing to
  /// do, but had, is named where there is room.
  std::map<std::string, std::vector<tenant_census>> tenants;
  std::uint64_t tenants_with_work = 0;

  // -- where the walk stands --
  std::uint32_t at_tenant = 0;
  std::size_t at_queue = 0;
  std::vector<tenant_census> current; ///< The tenant there, by pool, as far as it was seen.
};

} // namespace rota::engine
