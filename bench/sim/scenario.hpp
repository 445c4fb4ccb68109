// A workload that is described rather than recorded; README.md has the format. Random draws have a
// seed, so that a scenario and a seed always give the same workload.
#pragma once
#include "actors/directory/settings_board.hpp"
#include "bench/sim/draws.hpp"
#include "bench/sim/workload.hpp"
#include "engine/members.hpp"
#include "wire/param.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// A scenario that cannot be read: where (a JSON pointer or a byte) and why.
class scenario_error : public std::runtime_error {
public:
  explicit scenario_error(const wire::flaw& what)
      : std::runtime_error(what.path.empty() ? "the scenario " + what.reason : to_text(what)) {}
  scenario_error(const std::string& where, const std::string& why)
      : std::runtime_error(where + ' ' + why) {}
};

inline constexpr std::size_t scenario_jobs_max = 10'000'000;

inline constexpr auto seconds = engine::numbers(0, 1e9);
inline constexpr auto some_seconds = engine::numbers_above(0, 1e9);
inline constexpr auto a_share = engine::numbers(0, 1);
inline constexpr auto some_jobs = engine::integers(1, scenario_jobs_max);
/// The range of a number of slots or a cost.
inline constexpr auto a_quantity =
    engine::numbers(engine::least_quantity.as_double(), engine::most_quantity.as_double());

enum class time_shape : std::uint8_t { constant, exponential, uniform, lognormal };
inline constexpr std::array<std::string_view, 4> shape_words{"constant", "exponential", "uniform",
                                                             "lognormal"};
constexpr const auto& words_of(time_shape) { return shape_words; }

/// A distribution of durations, in seconds.
struct time_distribution {
  time_shape shape = time_shape::constant;
  double value_s = 1; ///< constant
  double mean_s = 1;  ///< exponential
  double from_s = 0;  ///< uniform
  double to_s = 1;
  double median_s = 1; ///< lognormal
  double sigma = 1;    ///< Standard deviation of the logarithm.

  [[nodiscard]] double draw(draws& chance) const;
};

void members(auto& io, engine::form_of<time_distribution> auto& v) {
  io("shape", v.shape, required(engine::any_value));
  io("value_s", v.value_s, seconds);
  io("mean_s", v.mean_s, some_seconds);
  io("from_s", v.from_s, seconds);
  io("to_s", v.to_s, seconds);
  io("median_s", v.median_s, some_seconds);
  io("sigma", v.sigma, seconds);
}

/// Checks that a member is present if the value at `of` is the one that needs it.
template <class Kind>
void needs(auto& check, Kind of, Kind kind, std::initializer_list<std::string_view> members) {
  for (const auto member : members)
    check(of != kind || check.given(member), {member}, "is required");
}

/// The members that the shape needs must be present.
void agree(auto& check, const time_distribution& d) {
  needs(check, d.shape, time_shape::constant, {"value_s"});
  needs(check, d.shape, time_shape::exponential, {"mean_s"});
  needs(check, d.shape, time_shape::uniform, {"from_s", "to_s"});
  needs(check, d.shape, time_shape::lognormal, {"median_s", "sigma"});
  check(d.shape != time_shape::uniform || d.from_s <= d.to_s, {"to_s"}, "must not be below from_s");
}

enum class arrival_process : std::uint8_t { poisson, bursts, on_off, flood };
inline constexpr std::array<std::string_view, 4> process_words{"poisson", "bursts", "on_off",
                                                               "flood"};
constexpr const auto& words_of(arrival_process) { return process_words; }

/// The arrivals of one tenant's jobs of one type.
struct arrival_rule {
  arrival_process process = arrival_process::poisson;
  std::string type;
  double per_hour = 0;   ///< poisson, and on_off while it is on
  std::int64_t jobs = 1; ///< bursts: in each burst; flood: in total
  double every_s = 1;    ///< bursts
  double on_s = 1;       ///< on_off: mean, exponentially distributed
  double off_s = 1;
  double at_s = 0;   ///< flood
  double from_s = 0; ///< All but flood: arrivals start at this time,
  double to_s = 0;   ///< and end at this time; 0: no end.
  double slots = 1;
  double cost = 1;
  std::int16_t priority = 0;
  std::string concurrency_key; ///< Empty for none.
};

void members(auto& io, engine::form_of<arrival_rule> auto& v) {
  io("process", v.process, required(engine::any_value));
  io("type", v.type, required(engine::a_name));
  io("per_hour", v.per_hour, some_seconds);
  io("jobs", v.jobs, some_jobs);
  io("every_s", v.every_s, some_seconds);
  io("on_s", v.on_s, some_seconds);
  io("off_s", v.off_s, some_seconds);
  io("at_s", v.at_s, seconds);
  io("from_s", v.from_s, seconds);
  io("to_s", v.to_s, some_seconds);
  io("slots", v.slots, a_quantity);
  io("cost", v.cost, a_quantity);
  io("priority", v.priority, engine::integers(-engine::priority_max, engine::priority_max));
  io("concurrency_key", v.concurrency_key, engine::a_name);
}

/// The members that the process needs must be present.
void agree(auto& check, const arrival_rule& a) {
  needs(check, a.process, arrival_process::poisson, {"per_hour"});
  needs(check, a.process, arrival_process::bursts, {"jobs", "every_s"});
  needs(check, a.process, arrival_process::on_off, {"per_hour", "on_s", "off_s"});
  needs(check, a.process, arrival_process::flood, {"jobs"});
}

struct scenario_key {
  std::string name;
  engine::key_settings settings;
};

void members(auto& io, engine::form_of<scenario_key> auto& v) {
  io("name", v.name, required(engine::a_name));
  io("settings", v.settings);
}

struct scenario_type {
  std::string name;
  time_distribution runs;
  double overhead_s = 0;
  double failure_rate = 0;
  double death_rate = 0;
  std::int64_t capacity = 0; ///< 0: no limit; see sim_type.
  double overload_failure_rate = 0;
  engine::type_settings settings;
};

void members(auto& io, engine::form_of<scenario_type> auto& v) {
  io("name", v.name, required(engine::a_name));
  io("runs", v.runs, required(engine::any_value));
  io("overhead_s", v.overhead_s, seconds);
  io("failure_rate", v.failure_rate, a_share);
  io("death_rate", v.death_rate, a_share);
  io("fits", v.capacity, some_jobs);
  io("beyond_fails", v.overload_failure_rate, a_share);
  io("settings", v.settings);
}

struct scenario_tenant {
  std::string name;
  std::int64_t count = 1; ///< Number of such tenants: name-1, name-2, ...
  std::vector<arrival_rule> arrivals;
  engine::tenant_settings settings;
};

void members(auto& io, engine::form_of<scenario_tenant> auto& v) {
  io("name", v.name, required(engine::a_name));
  io("count", v.count, some_jobs);
  io("arrivals", v.arrivals, required(engine::any_value));
  io("settings", v.settings);
}

/// A fault, once or repeated.
struct scenario_fault {
  fault_kind kind = fault_kind::restart;
  double at_s = 0;
  double every_s = 0; ///< If not 0, the fault repeats, at exponential intervals with this mean.
  double for_s = 1;
  std::int64_t count = 1;
  bool crash = true;
};

void members(auto& io, engine::form_of<scenario_fault> auto& v) {
  io("fault", v.kind, required(engine::any_value));
  io("at_s", v.at_s, seconds);
  io("every_s", v.every_s, some_seconds);
  io("for_s", v.for_s, some_seconds);
  io("count", v.count, some_jobs);
  io("crash", v.crash);
}

struct scenario {
  double slots = 1;
  double lasts_s = 3600; ///< Arrivals end at this time.
  engine::pool_settings pool;
  std::vector<scenario_type> types;
  std::vector<scenario_key> keys;
  std::vector<scenario_tenant> tenants;
  std::vector<scenario_fault> faults;
};

void members(auto& io, engine::form_of<scenario> auto& v) {
  io("slots", v.slots, required(a_quantity));
  io("lasts_s", v.lasts_s, required(some_seconds));
  io("pool", v.pool);
  io("types", v.types, required(engine::any_value));
  io("keys", v.keys);
  io("tenants", v.tenants, required(engine::any_value));
  io("faults", v.faults);
}

/// Throws scenario_error.
[[nodiscard]] scenario read_scenario(std::string_view text);

/// Changes the text of a scenario. `change` is POINTER=VALUE: sets the value at the JSON pointer; missing members are added. An
/// element of an array is named by its index or its `name`. Throws scenario_error if the text or
/// the value is not JSON, or if the pointer names nothing.
[[nodiscard]] std::string changed_scenario(std::string_view text, std::string_view change);

/// Draws the workload. Throws scenario_error if it would have more than jobs_max jobs.
[[nodiscard]] workload workload_of(const scenario& what, std::uint64_t seed);

} // namespace rota::bench
