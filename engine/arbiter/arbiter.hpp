// The arbiter: whose turn it is. One fair share a pool, all limits, the waiting asks.
//
//   queues   -> open_queue, report, took, freed, close_queue
//   askers   -> ask, withdraw
//   operator -> set_*, pause, drain
//   time     -> tick
//   every step ends with take_effects(): grants to queues, answers to askers, when to wake
//
// A grant takes its limits and its charge at once, so nothing can be given twice. What is in flight
// is the set of grants and attempts by id, never a counter of its own.
#pragma once
#include "engine/arbiter/census.hpp"
#include "engine/arbiter/start_estimate.hpp"
#include "engine/arbiter/wait_reason.hpp"
#include "engine/events.hpp"
#include "engine/fair_share/fairness_gap.hpp"
#include "engine/ids.hpp"
#include "engine/lane.hpp"
#include "engine/serial_source.hpp"
#include "engine/settings.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

class arbiter {
public:
  explicit arbiter(serial_source& serials);
  ~arbiter();

  // -- settings (durable before they come here) ---------------------------------------------------

  void set_type(const std::string& type, const type_settings& settings, time_point now);
  void set_tenant(const std::string& tenant, const tenant_settings& settings, time_point now);
  void set_pool(const std::string& pool, const pool_settings& settings, time_point now);
  void set_key(const std::string& key, const std::optional<key_settings>& settings, time_point now);
  /// One (type, tenant); types and tenants as a whole are paused by their settings.
  void pause(const std::string& type, const std::string& tenant, bool on, time_point now);
  void drain(bool on, time_point now);

  // -- queues -------------------------------------------------------------------------------------

  void open_queue(queue_number queue, const std::string& type, const std::string& tenant);
  /// The queue retires; it has no lanes left.
  void close_queue(queue_number queue);
  void report(queue_number queue, const queue_report& report, time_point now);
  /// The answer to a grant: how many jobs it took, at which cost in all. 0: nothing was there any
  /// more; the grant is undone, charge and limits.
  void took(queue_number queue, serial attempt, std::uint32_t jobs, micro cost, time_point now);
  /// The attempt holds nothing any more. `ran` corrects the charge where the pool's cost is run time.
  void freed(serial attempt, duration ran, time_point now);

  // -- askers -------------------------------------------------------------------------------------

  void ask_for(ask what, time_point now);
  /// The asker is gone; open grants stay with their queues.
  void withdraw(ask_id id);

  // -- time ---------------------------------------------------------------------------------------

  void tick(time_point now);
  /// When tick() will have something to do; `never` if nothing.
  time_point next_wake() const;

  /// What the steps since the last call decided. Dispatching happens here, once for all of them.
  arbiter_effects take_effects(time_point now);

  // -- after a restart ----------------------------------------------------------------------------

  /// An attempt that was in flight. Limits count it, nothing is charged.
  void restore_attempt(queue_number queue, serial attempt, const lane_traits& traits,
                       std::uint32_t jobs, micro cost, time_point taken);
  /// The last mark of a tenant in a pool; the maximum of all calls stands. Same for pool and buckets.
  void restore_share(const std::string& pool, const std::string& tenant, virtual_time tag,
                     virtual_time pool_time);
  void restore_type_rate(const std::string& type, time_point arrival);
  void restore_key_rate(const std::string& key, time_point arrival);

  // -- reading ------------------------------------------------------------------------------------

  /// For a ready job at `position` in its queue whose lane is `lane`. Never says behind_in_queue for
  /// position 1.
  explanation explain(queue_number queue, lane_number lane, std::size_t position,
                      time_point now) const;
  /// 1 + the dispatches before it by tags, weights and counts alone. O(tenants of the pool).
  std::optional<std::size_t> global_position(queue_number queue, std::size_t position) const;
  /// When that job may begin, if all goes on as it did lately. Nothing while its queue is stopped,
  /// nobody asks, or no attempt has ended yet. O(queues of its type).
  std::optional<start_estimate> estimate(queue_number queue, lane_number lane, std::size_t position,
                                         std::size_t global_position, time_point now) const;

  /// Walks on over at most so many queues. True when the census is whole.
  bool census_step(census& c, std::size_t queues_max, time_point now) const;

  std::vector<pool_view> pools() const;
  std::vector<tenant_share> shares(const std::string& pool) const;
  std::uint32_t running_of_type(const std::string& type) const;
  std::uint32_t running_of_tenant(const std::string& tenant) const;
  std::uint32_t running_of_key(const std::string& key) const;
  /// Whether a key with settings has jobs that are ready or run.
  bool key_in_use(const std::string& key) const;

  /// What a heavy job must know: slots that can ever be free in the type's pool; nothing: no limit.
  std::optional<micro> slots_of_pool_of(const std::string& type) const;

  /// Everything that persists of fairness, for a snapshot: tenants with F > V, V, buckets.
  struct share_row {
    std::string pool;
    std::string tenant; ///< Empty: the pool itself (tag is V).
    virtual_time tag;
  };
  std::vector<share_row> share_rows() const;

  /// Counts again from the set of attempts and compares with what the limits use: the text of the
  /// first difference, or nothing. For tests and a slow self-check.
  std::optional<std::string> audit() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace rota::engine
