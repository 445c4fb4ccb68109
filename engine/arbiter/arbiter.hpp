// The arbiter decides whose turn it is. It owns one fair share per pool, all limits and the waiting
// asks.
//
//   queues   -> open_queue, report, took, freed, close_queue
//   askers   -> ask_for, withdraw
//   operator -> set_*, pause, drain
//   time     -> tick
//   every step ends with take_effects(): grants to queues, answers to askers, when to wake
//
// A grant occupies its limits and is charged immediately, so nothing can be granted twice. What is
// in flight is the set of grants and attempts by id; no separate counter exists that could diverge.
//
// Implementation files:
//
//   arbiter.cpp           names, creation and removal, views
//   arbiter_settings.cpp  settings, pauses, restoring after a restart
//   arbiter_lanes.cpp     queues and their reports: lanes, seats, classes
//   arbiter_limits.cpp    what is open, what may run, time
//   arbiter_turns.cpp     asks, turns, grants, their ends
//   arbiter_reading.cpp   explain() and positions
//   arbiter_estimate.cpp  when a job is expected to start
//   arbiter_census.cpp    what waits and why, a few queues at a time
//   arbiter_audit.cpp     compares the kept state with a recount
#pragma once
#include "engine/arbiter/arbiter_state.hpp"
#include "engine/arbiter/arbiter_values.hpp"
#include "engine/arbiter/asks.hpp"
#include "engine/arbiter/census.hpp"
#include "engine/arbiter/in_flight.hpp"
#include "engine/arbiter/start_estimate.hpp"
#include "engine/arbiter/wait_reason.hpp"
#include "engine/audit.hpp"
#include "engine/ids.hpp"
#include "engine/lane.hpp"
#include "engine/serial_source.hpp"
#include "engine/settings.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rota::engine {

class arbiter {
public:
  explicit arbiter(serial_source& serials) : serials_(serials) {}
  arbiter(const arbiter&) = delete;
  arbiter& operator=(const arbiter&) = delete;

  // -- settings (must already be durable) ---------------------------------------------------------

  /// Applies settings. If the pool changes, waiting jobs move there; attempts in flight still count
  /// in the old one. Lowered limits end no attempt.
  void set_type(const std::string& type, const type_settings& settings, time_point now);
  /// A changed weight keeps the cost of what the tenant has received in advance.
  void set_tenant(const std::string& tenant, const tenant_settings& settings);
  void set_pool(const std::string& pool, const pool_settings& settings);
  /// Without settings the key has no limits.
  void set_key(const std::string& key, const std::optional<key_settings>& settings, time_point now);
  /// Pauses or resumes one (type, tenant). A whole type or tenant is paused by its settings.
  void pause(const std::string& type, const std::string& tenant, bool on);
  /// While draining, nothing is granted.
  void drain(bool on);

  // -- queues -------------------------------------------------------------------------------------

  /// Does nothing if the queue is already open.
  void open_queue(queue_number queue, const std::string& type, const std::string& tenant);
  /// Removes a retired queue, and any lanes that it still has. Does nothing if it is unknown.
  void close_queue(queue_number queue);
  /// Applies the changes of a queue's lanes. Does nothing if the queue is unknown.
  void report(queue_number queue, const queue_report& report, time_point now);
  /// Answers a grant: the number of jobs the queue took and their total cost. With 0 jobs, because
  /// the lane had become empty, the grant is undone: charge and limits.
  void took(serial attempt, std::uint32_t jobs, micro cost, time_point now);
  /// Ends an attempt that holds no jobs any more. `ran` corrects the charge in pools whose cost
  /// unit is run time.
  void freed(serial attempt, duration ran, time_point now);

  // -- askers -------------------------------------------------------------------------------------

  /// Opens an ask, and replaces an open one with the same id. It is answered by take_effects().
  void ask_for(ask what, time_point now);
  /// Closes an ask whose asker is gone. Its grants stay valid.
  void withdraw(ask_id id) { asks_.close(id); }

  // -- time ---------------------------------------------------------------------------------------

  /// Applies what is due by time: rates, lingers, reservations and asks whose wait is over.
  void tick(time_point now);
  /// The next time at which tick() has something to do; `never` if there is none.
  time_point next_wake() const;

  /// Chooses all turns that are possible now, then returns everything decided since the last call.
  arbiter_effects take_effects(time_point now);

  // -- after a restart ----------------------------------------------------------------------------

  /// Restores an attempt that was in flight. It counts against limits and is not charged.
  void restore_attempt(queue_number queue, serial attempt, const lane_traits& traits,
                       std::uint32_t jobs, micro cost, time_point taken);
  /// Restores a tenant's tag and its pool's V from a mark. Repeated calls keep the maximum, here
  /// and in the two functions below.
  void restore_share(const std::string& pool, const std::string& tenant, virtual_time tag,
                     virtual_time pool_time);
  void restore_type_rate(const std::string& type, time_point arrival);
  void restore_key_rate(const std::string& key, time_point arrival);

  // -- reading ------------------------------------------------------------------------------------

  /// Explains why a ready job in `lane`, at `position` in its queue, is not running. Never returns
  /// behind_in_queue for position 1.
  explanation explain(queue_number queue, lane_number lane, std::size_t position,
                      time_point now) const;
  /// 1 + the number of dispatches before the job, computed from tags, weights and counts alone.
  /// O(tenants of the pool).
  std::optional<std::size_t> global_position(queue_number queue, std::size_t position) const;
  /// Estimates when that job starts if jobs continue to take as long as recently. Returns nothing
  /// if its queue is stopped, nobody asks for its type, or no attempt has ended yet. O(queues of
  /// its type).
  std::optional<start_estimate> estimate(queue_number queue, lane_number lane, std::size_t position,
                                         std::size_t global_position, time_point now) const;

  /// Continues the census over at most `queues_max` queues. Returns true once it is complete.
  bool census_step(census& c, std::size_t queues_max, time_point now) const;

  /// Ordered by name.
  std::vector<pool_view> pools() const;
  /// Whether the key has settings and any ready or running jobs.
  bool key_in_use(const std::string& key) const;

  // -- audit --------------------------------------------------------------------------------------

  /// Audits about `most` more items: first the counts in flight against a recount of the attempts,
  /// then each queue with its tenant (seats, lanes, homes), then each type and key against its
  /// limits. A change between two steps is seen before or after it happens.
  audit_result audit_step(std::size_t most);
  /// Audits everything at once, including seat counts and the order of the fair share, which cannot
  /// be checked in steps. Returns the first finding. O(queues).
  std::optional<std::string> audit() const;

private:
  // -- names --------------------------------------------------------------------------------------
  type_state& type_named(const std::string& name);
  queue_state* queue_at(queue_number number) const;
  member_state& member_of(pool_state& pool, tenant_state& tenant);
  void forget_if_unused(type_state& type);
  void forget_if_unused(tenant_state& tenant);
  void forget_if_unused(key_state& key);
  void forget_members(pool_state& pool);
  void list_idle_members(tenant_state& tenant);
  void drop_member(member_state& member);

  // -- settings -----------------------------------------------------------------------------------
  void move_to_pool(type_state& type, pool_state& pool, time_point now);
  void resolve(ask_pattern& pattern);

  // -- queues -------------------------------------------------------------------------------------
  void apply(queue_state& queue, const lane_report& report, time_point now);
  void set_traits(lane_state& lane, const std::shared_ptr<const lane_traits>& traits);
  void place(lane_state& lane, time_point now);
  void consume(lane_state& lane, std::uint32_t jobs);
  void leave_seat(lane_state& lane);
  void clear(lane_state& lane);
  void set_linger(lane_state& lane, bool on);
  seat_state& seat_for(lane_state& lane, bool lingering);
  class_state& class_for(type_state& type, key_state* key, micro slots, bool lingering);
  void drop_seat_if_idle(seat_state& seat);
  void drop_seats(queue_state& queue);
  void drop_class_if_unused(class_state& c);
  void refresh_seats(queue_state& queue);
  void join(seat_state& seat);
  void leave(seat_state& seat);

  // -- limits and time ----------------------------------------------------------------------------
  bool type_below_cap(const type_state& type) const;
  bool key_below_cap(const key_state& key) const;
  bool queue_below_cap(const queue_state& queue) const;
  bool tenant_below_cap(const tenant_state& tenant) const;
  bool is_paused(const queue_state& queue) const;
  void ensure_within_limits(const lane_state& lane) const;
  void refresh(type_state& type, time_point now);
  void refresh(key_state& key, time_point now);
  void refresh(tenant_state& tenant);
  void refresh(queue_state& queue);
  void refresh_limits_of(const attempt_load& load, time_point now);
  micro free_slots(const pool_state& pool) const;
  bool reservation_applies(const pool_state& pool, time_point now) const;
  bool asked_recently(const type_state& type, time_point now) const;
  bool has_waiting_ask(const type_state& type) const;
  void mark_dirty(type_state& type);
  void mark_dirty(pool_state& pool) { pool.dirty = true; }

  // -- turns --------------------------------------------------------------------------------------
  void mark_pending(ask_pattern& pattern);
  void collect_pending(pool_state& pool);
  void serve(pool_state& pool, time_point now);
  enum class turn { given, none, unread };
  void serve_lines(pool_state& pool, time_point now);
  bool serve_line(ask_pattern& pattern, pool_state& pool, std::uint64_t until, time_point now);
  turn give_turn(pool_state& pool, ask_pattern& pattern, open_ask& to, time_point now);
  void make_grant(pool_state& pool, lane_state& lane, const share_asker& asker, open_ask& to,
                  time_point now);
  void finish_line(ask_pattern& pattern);
  void close_ask(ask_id id);
  share_asker asker_of(pool_state& pool, const ask_pattern& pattern, time_point now) const;
  void correct_charge(const attempt_load& load, micro cost);
  void release_limits(const attempt_load& load, time_point now);

  // -- reading ------------------------------------------------------------------------------------
  std::optional<wait_reason> own_limit_reason(const queue_state& queue) const;
  std::optional<wait_reason> shared_limit_reason(const lane_state& lane, time_point now) const;
  std::optional<wait_reason> capacity_reason(const lane_state& lane, time_point now) const;
  std::string own_limit_text(const queue_state& queue, wait_reason why) const;
  std::string shared_limit_text(const lane_state& lane, wait_reason why, time_point now) const;
  std::string capacity_text(const lane_state& lane, wait_reason why) const;
  /// Records the run time of an attempt that is no longer in flight.
  void record_run_time(const attempt_load& load, duration ran);
  void count_queue(census& c, const queue_state& queue, time_point now) const;
  tenant_census& count_member(census& c, const pool_state& pool, const tenant_state& tenant) const;
  void count_types(census& c) const;

  // -- audit --------------------------------------------------------------------------------------
  std::optional<std::string> audit_queue(const queue_state& queue) const;
  std::optional<std::string> audit_tenant(const tenant_state& tenant) const;
  std::optional<std::string> audit_type(const type_state& type) const;
  std::optional<std::string> audit_key(const key_state& key) const;
  std::optional<std::string> audit_seat_counts() const;
  audit_result audit_tenants(std::size_t most);

  // -- members ------------------------------------------------------------------------------------
  serial_source& serials_;
  name_table<pool_state> pools_;
  name_table<type_state> types_;
  name_table<tenant_state> tenants_;
  name_table<key_state> keys_;
  std::unordered_map<std::uint32_t, std::unique_ptr<queue_state>> queues_;
  in_flight in_flight_;
  ask_table asks_;
  arbiter_effects effects_;
  audit_cursor audit_cursor_;
  bool draining_ = false;
  std::set<std::pair<time_point, std::uint32_t>> type_wakes_; // by index of the type
  std::set<std::pair<time_point, std::uint32_t>> key_wakes_;
  std::set<std::pair<time_point, lane_state*>> linger_ends_;
};

} // namespace rota::engine
