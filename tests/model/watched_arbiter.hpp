// Rota's own arbiter with a referee: every decision is checked against a naive model of the same
// facts.
#pragma once
#include "engine/arbiter/arbiter.hpp"
#include "tests/model/completed_watch.hpp"
#include "tests/model/frame_watch.hpp"
#include "tests/model/rate_watch.hpp"
#include "tests/model/referee.hpp"
#include "tests/model/return_watch.hpp"
#include "tests/model/turn_model.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rota::model {

/// An arbiter core (see actors/arbiter/arbiter_shell.hpp). Reports broken promises to the referee;
/// `pool` is the pool whose shares are watched. The promises within types and classes are checked
/// for up to 64 tenants, because each frame compares all pairs.
class watched_arbiter {
public:
  watched_arbiter(engine::serial_source& serials, std::shared_ptr<referee> watching,
                  std::string pool = engine::default_pool);

  void set_type(const std::string& name, const engine::type_settings& s, engine::time_point now);
  void set_tenant(const std::string& name, const engine::tenant_settings& s);
  void set_pool(const std::string& name, const engine::pool_settings& s) {
    core_.set_pool(name, s);
    model_.set_pool(name, s);
  }
  void set_key(const std::string& name, const std::optional<engine::key_settings>& s,
               engine::time_point now) {
    core_.set_key(name, s, now);
    model_.set_key(name, s, now);
    rates_.set_rate("key " + name, s ? s->rate : std::nullopt);
  }
  void pause(const std::string& type, const std::string& tenant, bool on) {
    core_.pause(type, tenant, on);
    model_.pause(type, tenant, on);
  }
  void drain(bool on) {
    core_.drain(on);
    model_.drain(on);
  }

  void open_queue(engine::queue_number number, const std::string& type, const std::string& tenant) {
    core_.open_queue(number, type, tenant);
    model_.open_queue(number, type, tenant);
  }
  void close_queue(engine::queue_number number) {
    core_.close_queue(number);
    model_.close_queue(number);
  }
  void report(engine::queue_number number, const engine::queue_report& report,
              engine::time_point now) {
    core_.report(number, report, now);
    model_.report(number, report);
  }
  void took(engine::serial attempt, std::uint32_t jobs, engine::micro cost, engine::time_point now);
  void freed(engine::serial attempt, engine::duration ran, engine::time_point now);

  void ask_for(engine::ask what, engine::time_point now) {
    asks_.insert_or_assign(what.id, open_ask{what, 0});
    core_.ask_for(std::move(what), now);
  }
  void withdraw(engine::ask_id id) {
    asks_.erase(id);
    core_.withdraw(id);
  }
  void tick(engine::time_point now) { core_.tick(now); }
  [[nodiscard]] engine::time_point next_wake() const { return core_.next_wake(); }
  engine::arbiter_effects take_effects(engine::time_point now);

  void restore_attempt(engine::queue_number queue, engine::serial attempt,
                       const engine::lane_traits& traits, std::uint32_t jobs, engine::micro cost,
                       engine::time_point taken) {
    core_.restore_attempt(queue, attempt, traits, jobs, cost, taken);
    model_.restore_attempt(queue, attempt, traits);
    completed_.started(referee_->fairness.number_of(model_.tenant_of(attempt)), attempt, cost);
  }
  void restore_share(const std::string& pool, const std::string& tenant, engine::virtual_time tag,
                     engine::virtual_time pool_time) {
    core_.restore_share(pool, tenant, tag, pool_time);
    returns_.restored(tenant);
  }
  void restore_type_rate(const std::string& type, engine::time_point arrival) {
    core_.restore_type_rate(type, arrival);
    model_.restore_type_rate(type, arrival);
  }
  void restore_key_rate(const std::string& key, engine::time_point arrival) {
    core_.restore_key_rate(key, arrival);
    model_.restore_key_rate(key, arrival);
  }

  [[nodiscard]] engine::explanation explain(engine::queue_number queue, engine::lane_number lane,
                                            std::size_t position, engine::time_point now) const {
    return core_.explain(queue, lane, position, now);
  }
  [[nodiscard]] std::optional<std::size_t> global_position(engine::queue_number queue,
                                                           std::size_t position) const {
    return core_.global_position(queue, position);
  }
  [[nodiscard]] std::optional<engine::start_estimate>
  estimate(engine::queue_number queue, engine::lane_number lane, std::size_t position,
           std::size_t global_position, engine::time_point now) const {
    return core_.estimate(queue, lane, position, global_position, now);
  }
  /// Forwarded unchecked: if the referee checks, a complete audit follows each step instead.
  engine::audit_result audit_step(std::size_t most) { return core_.audit_step(most); }
  bool census_step(engine::census& c, std::size_t queues_max, engine::time_point now) const {
    return core_.census_step(c, queues_max, now);
  }
  [[nodiscard]] std::vector<engine::pool_view> pools() const { return core_.pools(); }
  [[nodiscard]] bool key_in_use(const std::string& key) const { return core_.key_in_use(key); }

  // -- for callers without actors -----------------------------------------------------------------
  [[nodiscard]] std::vector<engine::ask_id> open_asks() const;
  [[nodiscard]] std::uint64_t decisions() const { return decisions_; }
  [[nodiscard]] const frame_watch& frames() const { return frames_; }

private:
  static constexpr std::size_t frame_tenants_max = 64;
  struct open_ask {
    engine::ask what;
    std::uint32_t given = 0;
  };

  [[nodiscard]] pool_shares shares() const;
  void watch(const engine::grant& grant, bool alone, engine::time_point now);
  void check_ask(const engine::grant& grant, const open_ask& asked, engine::time_point now);
  void check_turn(const engine::grant& grant, const std::vector<possible_turn>& offers,
                  const engine::ask& asked);
  void check_limits(const engine::grant& grant, engine::time_point now);
  void check_shares(const engine::grant& grant, const std::vector<possible_turn>& offers,
                    const std::string& chosen, bool alone);
  void close(const engine::ask_closed& closed);
  void check_open(const open_ask& ask, engine::time_point now);
  void check_gap(const char* promise, const engine::fairness_gap& worst);
  void check_step(engine::time_point now);
  void complain_of(const std::optional<std::string>& what);

  engine::arbiter core_;
  std::shared_ptr<referee> referee_;
  std::string pool_;
  turn_model model_;
  completed_watch completed_;
  frame_watch frames_;
  return_watch returns_;
  rate_watch rates_;
  std::map<engine::ask_id, open_ask> asks_;
  std::map<engine::serial, engine::micro> charged_; ///< Of unanswered grants.
  engine::virtual_time time_;                       ///< The pool's V at the last grant.
  std::uint64_t decisions_ = 0;
};

} // namespace rota::model
