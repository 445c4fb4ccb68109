// What the arbiter is given and what it answers, by value.
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

/// Names an ask; the asker chooses it, unique among asks that are open.
struct ask_id {
  std::uint64_t value = 0;
  auto operator<=>(const ask_id&) const = default;
};

/// A worker or runner that could take work.
struct ask {
  ask_id id;
  std::string pool = default_pool;
  std::vector<std::string> types; ///< Empty: all types of the pool.
  std::uint32_t leases = 1;       ///< At most so many turns, each chosen on its own.
  std::uint32_t max_jobs = 1;     ///< Most jobs that one lease may hold; with 1 nothing lingers.
  time_point wait_until{};        ///< Not in the future: answered in the same step.
};

/// A turn: the lane may hand out up to `jobs` to the ask, as `attempt`.
struct grant {
  ask_id ask;
  serial attempt;
  queue_number queue;
  lane_number lane;
  std::uint32_t jobs = 1;
  fairness_mark mark;
};

/// The ask is closed; `grants` turns were given to it in all (a queue may answer one with nothing).
struct ask_closed {
  ask_id ask;
  std::uint32_t grants = 0;
};

struct arbiter_effects {
  std::vector<grant> grants;
  std::vector<ask_closed> closed;
};

/// A queue's lanes that changed. `grants_seen`: grants of this queue that the report includes.
struct queue_report {
  std::uint64_t grants_seen = 0;
  std::vector<lane_report> lanes;
};

struct explanation {
  wait_reason reason = wait_reason::waiting_turn;
  std::string detail; ///< A sentence for people: which limit, how many run, until when.
};

struct tenant_share {
  std::string tenant;
  virtual_time tag;
  micro served; ///< Cost dispatched since the start of the daemon.
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
