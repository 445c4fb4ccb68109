// The arbiter's inputs and outputs, by value.
#pragma once
#include "engine/arbiter/wait_reason.hpp"
#include "engine/events.hpp"
#include "engine/fair_share/fairness_gap.hpp"
#include "engine/ids.hpp"
#include "engine/lane.hpp"
#include "engine/quantity.hpp"
#include "engine/settings.hpp"
#include "engine/time.hpp"
#include "engine/virtual_time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rota::engine {

/// Identifies an ask. Chosen by the asker, unique among open asks.
struct ask_id {
  std::uint64_t value = 0;
  auto operator<=>(const ask_id&) const = default;
};

/// A request for turns by a worker or a runner with free capacity.
struct ask {
  ask_id id;
  std::string pool = default_pool;
  std::vector<std::string> types; ///< Empty: all types of the pool.
  std::uint32_t leases = 1;       ///< Maximum number of turns; each is chosen separately.
  std::uint32_t max_jobs = 1;     ///< Maximum number of jobs per lease; lanes do not linger for an
                                  ///< ask with 1.
  time_point wait_until{};        ///< If not in the future, answered in the same step.
};

/// A turn: the lane may hand out up to `jobs` jobs to the ask, as `attempt`.
struct grant {
  ask_id ask;
  serial attempt;
  queue_number queue;
  lane_number lane;
  std::uint32_t jobs = 1;
  fairness_mark mark;
};

/// The ask is closed after `grants` turns. A queue may still answer one of them with no jobs.
struct ask_closed {
  ask_id ask;
  std::uint32_t grants = 0;
};

struct arbiter_effects {
  std::vector<grant> grants;
  std::vector<ask_closed> closed;
};

/// The changed lanes of a queue. The report includes its first `grants_seen` grants.
struct queue_report {
  std::uint64_t grants_seen = 0;
  std::vector<lane_report> lanes;
};

struct explanation {
  wait_reason reason = wait_reason::waiting_turn;
  std::string detail; ///< For people: which limit, how many run, until when.
};

struct tenant_share {
  std::string tenant;
  virtual_time tag;
  micro served; ///< Cost dispatched since the daemon started.
  std::uint64_t dispatches = 0;
  std::uint32_t in_flight = 0;
  std::uint64_t ready = 0;
};
void members(auto& io, form_of<tenant_share> auto& t) {
  io("tenant", t.tenant);
  io("ready", t.ready);
  io("running", t.in_flight);
  io("dispatches", t.dispatches);
  io("served", t.served);
  io("tag", t.tag);
}

struct pool_view {
  std::string pool;
  virtual_time time;
  micro slots_used;
  std::optional<micro> slots;
  std::uint64_t dispatches = 0;
  std::uint64_t asks_waiting = 0;
  fairness_gap fairness;
};

} // namespace rota::engine
