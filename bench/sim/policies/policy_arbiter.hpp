// An arbiter core (see actors/arbiter/arbiter_shell.hpp) that respects limits and slots as Rota's
// does, but lets a policy choose among the tenants that could have a turn.
#pragma once
#include "bench/sim/policies/policy.hpp"
#include "engine/arbiter/arbiter.hpp"
#include "tests/model/referee.hpp"
#include "tests/model/turn_model.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rota::bench {

class policy_arbiter : model::turn_model {
public:
  policy_arbiter(engine::serial_source& serials, std::unique_ptr<policy> rule,
                 std::shared_ptr<model::referee> watching)
      : serials_(serials), rule_(std::move(rule)), referee_(std::move(watching)) {}

  using turn_model::close_queue;
  using turn_model::drain;
  using turn_model::key_in_use;
  using turn_model::open_queue;
  using turn_model::pause;
  using turn_model::restore_key_rate;
  using turn_model::restore_type_rate;
  using turn_model::set_key;
  using turn_model::set_pool;
  using turn_model::set_tenant;
  using turn_model::set_type;

  void report(engine::queue_number number, const engine::queue_report& what, engine::time_point) {
    turn_model::report(number, what);
  }
  void took(engine::serial attempt, std::uint32_t jobs, engine::micro cost, engine::time_point now);
  void freed(engine::serial attempt, engine::duration ran, engine::time_point now);

  void ask_for(engine::ask what, engine::time_point now);
  void withdraw(engine::ask_id id);
  void tick(engine::time_point now);
  [[nodiscard]] engine::time_point next_wake() const;
  engine::arbiter_effects take_effects(engine::time_point now);

  void restore_attempt(engine::queue_number queue, engine::serial attempt,
                       const engine::lane_traits& traits, std::uint32_t jobs, engine::micro cost,
                       engine::time_point taken);
  /// Policies lose what they know about tenants when the daemon restarts.
  void restore_share(const std::string&, const std::string&, engine::virtual_time,
                     engine::virtual_time) {}

  // Simulations do not use these.
  [[nodiscard]] engine::explanation explain(engine::queue_number, engine::lane_number, std::size_t,
                                            engine::time_point) const {
    return {};
  }
  [[nodiscard]] std::optional<std::size_t> global_position(engine::queue_number,
                                                           std::size_t) const {
    return std::nullopt;
  }
  [[nodiscard]] std::optional<engine::start_estimate> estimate(engine::queue_number,
                                                               engine::lane_number, std::size_t,
                                                               std::size_t,
                                                               engine::time_point) const {
    return std::nullopt;
  }
  engine::audit_result audit_step(std::size_t) { return {true, {}}; }
  bool census_step(engine::census&, std::size_t, engine::time_point) const { return true; }
  [[nodiscard]] std::vector<engine::pool_view> pools() const { return {}; }

private:
  struct open_ask {
    engine::ask what;
    std::uint32_t given = 0;
  };
  /// Gives turns to one ask; returns true if it is complete.
  bool serve(open_ask& ask, engine::arbiter_effects& effects, engine::time_point now);

  engine::serial_source& serials_;
  std::unique_ptr<policy> rule_;
  std::shared_ptr<model::referee> referee_;
  std::map<engine::ask_id, open_ask> asks_; ///< In order of arrival.
  engine::time_point now_{};
};

} // namespace rota::bench
