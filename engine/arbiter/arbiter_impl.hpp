// The arbiter's inside. One step machine; its parts by file:
//
//   arbiter.cpp           the interface, names, what is made and forgotten
//   arbiter_settings.cpp  settings, pauses, restoring after a restart
//   arbiter_lanes.cpp     queues and their reports: lanes, seats, classes
//   arbiter_limits.cpp    what is open, what may run, time
//   arbiter_turns.cpp     asks, turns, grants, their ends
//   arbiter_reading.cpp   explain, positions, views
//   arbiter_estimate.cpp  when a job may begin
//   arbiter_census.cpp    what waits and why, a few queues at a time
#pragma once
#include "engine/arbiter/arbiter_state.hpp"

namespace rota::engine {

struct arbiter::impl {
  explicit impl(serial_source& source) : serials(source) {}

  // -- names --------------------------------------------------------------------------------------
  pool_state& pool_named(const std::string& name);
  type_state& type_named(const std::string& name);
  tenant_state& tenant_named(const std::string& name);
  key_state& key_named(const std::string& name);
  queue_state* queue_at(queue_number number) const;
  member_state& member_of(pool_state& pool, tenant_state& tenant);
  member_state* find_member(const pool_state& pool, const tenant_state& tenant) const;
  void forget_if_unused(type_state& type);
  void forget_if_unused(tenant_state& tenant);
  void forget_if_unused(key_state& key);
  void forget_members(pool_state& pool);
  void list_away(tenant_state& tenant);
  void drop_member(member_state& member);

  // -- settings -----------------------------------------------------------------------------------
  void set_type(const std::string& name, const type_settings& settings, time_point now);
  void set_tenant(const std::string& name, const tenant_settings& settings, time_point now);
  void set_pool(const std::string& name, const pool_settings& settings);
  void set_key(const std::string& name, const std::optional<key_settings>& settings,
               time_point now);
  void pause(const std::string& type, const std::string& tenant, bool on, time_point now);
  void drain(bool on);
  void move_to_pool(type_state& type, pool_state& pool, time_point now);
  void resolve(ask_pattern& pattern);

  // -- queues -------------------------------------------------------------------------------------
  void open_queue(queue_number number, const std::string& type, const std::string& tenant);
  void close_queue(queue_number number);
  void report(queue_state& queue, const queue_report& report, time_point now);
  void apply(queue_state& queue, const lane_report& report, time_point now);
  lane_state& lane_at(queue_state& queue, lane_number number);
  void set_traits(lane_state& lane, const std::shared_ptr<const lane_traits>& traits);
  void place(lane_state& lane, time_point now);
  void consume(lane_state& lane, std::uint32_t jobs);
  void take_out(lane_state& lane);
  void clear(lane_state& lane);
  void set_linger(lane_state& lane, bool on);
  seat_state& seat_for(lane_state& lane, bool lingering);
  class_state& class_for(type_state& type, key_state* key, micro slots, bool lingering);
  void drop_seat_if_idle(seat_state& seat);
  void drop_class_if_unused(class_state& c);
  void note_fullest(seat_state& seat);
  void refresh_seats(queue_state& queue);
  void join(seat_state& seat);
  void leave(seat_state& seat);

  // -- limits and time ----------------------------------------------------------------------------
  bool type_below_cap(const type_state& type) const;
  bool key_below_cap(const key_state& key) const;
  bool queue_below_cap(const queue_state& queue) const;
  bool tenant_below_cap(const tenant_state& tenant) const;
  bool is_paused(const queue_state& queue) const;
  void refresh(type_state& type, time_point now);
  void refresh(key_state& key, time_point now);
  void refresh(tenant_state& tenant);
  void refresh(queue_state& queue);
  void refresh_limits_of(const attempt_load& load, time_point now);
  micro free_slots(const pool_state& pool) const;
  bool holds(const pool_state& pool, time_point now) const;
  bool asked_lately(const type_state& type, time_point now) const;
  bool asked_now(const type_state& type) const;
  void mark(type_state& type);
  void mark(pool_state& pool);
  void tick(time_point now);
  time_point next_wake() const;

  // -- turns --------------------------------------------------------------------------------------
  void ask_for(ask what, time_point now);
  void withdraw(ask_id id);
  void look_at(ask_pattern& pattern);
  void gather(pool_state& pool);
  void serve(pool_state& pool, time_point now);
  enum class turn { given, none, unread };
  void serve_lines(pool_state& pool, time_point now);
  bool serve_line(ask_pattern& pattern, pool_state& pool, std::uint64_t until, time_point now);
  turn give_turn(pool_state& pool, ask_pattern& pattern, open_ask& to, time_point now);
  lane_state* choose_lane(const share_member& member, const share_asker& asker) const;
  lane_state* first_lane(const seat_state& seat, const share_asker& asker) const;
  void give(pool_state& pool, lane_state& lane, const share_asker& asker, open_ask& to,
            time_point now);
  void finish_line(ask_pattern& pattern);
  void close_ask(ask_id id);
  share_asker asker_of(pool_state& pool, const ask_pattern& pattern, time_point now) const;
  void took(serial attempt, std::uint32_t jobs, micro cost, time_point now);
  void freed(serial attempt, duration ran, time_point now);
  void correct(const attempt_load& load, micro cost);
  void end_load(const attempt_load& load, time_point now);
  arbiter_effects take_effects(time_point now);

  // -- reading ------------------------------------------------------------------------------------
  explanation explain(queue_number queue, lane_number lane, std::size_t position,
                      time_point now) const;
  std::optional<wait_reason> own_limit(const queue_state& queue) const;
  std::optional<wait_reason> shared_limit(const lane_state& lane, time_point now) const;
  std::optional<wait_reason> no_taker(const lane_state& lane, time_point now) const;
  std::string own_limit_told(const queue_state& queue, wait_reason why) const;
  std::string shared_limit_told(const lane_state& lane, wait_reason why, time_point now) const;
  std::string no_taker_told(const lane_state& lane, wait_reason why) const;
  std::optional<std::size_t> global_position(queue_number queue, std::size_t position) const;
  std::optional<start_estimate> estimate(queue_number queue, lane_number lane, std::size_t position,
                                         std::size_t global_position, time_point now) const;
  /// Of an attempt that is in flight no more.
  void note_pace(const attempt_load& load, duration ran);
  bool census_step(census& c, std::size_t queues_max, time_point now) const;
  void count_queue(census& c, const queue_state& queue, time_point now) const;
  tenant_census& count_member(census& c, const pool_state& pool, const tenant_state& tenant) const;
  void count_types(census& c) const;
  std::optional<std::string> audit() const;
  std::uint64_t ready_of(const pool_state& pool, const tenant_state& tenant) const;
  double turns_in_type(const queue_state& queue, std::size_t position) const;

  serial_source& serials;
  name_table<pool_state> pools;
  name_table<type_state> types;
  name_table<tenant_state> tenants;
  name_table<key_state> keys;
  std::unordered_map<std::uint32_t, std::unique_ptr<queue_state>> queues;
  in_flight flying;
  ask_book asks;
  arbiter_effects effects;
  bool draining = false;
  std::set<std::pair<time_point, std::uint32_t>> type_wakes; // by index of the type
  std::set<std::pair<time_point, std::uint32_t>> key_wakes;
  std::set<std::pair<time_point, lane_state*>> linger_ends;
};

} // namespace rota::engine
