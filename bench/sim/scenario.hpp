// Load that is described, not recorded: README.md has the format. Chance has a seed, so a scenario and a
// seed are one workload.
#pragma once
#include "actors/directory/settings_board.hpp"
#include "bench/sim/draws.hpp"
#include "bench/sim/workload.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// A scenario that can't be read: where (a JSON pointer, or a byte) and why.
class scenario_error : public std::runtime_error {
public:
  scenario_error(const std::string& where, const std::string& why)
      : std::runtime_error(where + ' ' + why) {}
};

enum class time_shape : std::uint8_t { constant, exponential, uniform, lognormal };

/// How long something lasts, in seconds.
struct time_distribution {
  time_shape shape = time_shape::constant;
  double value_s = 1; ///< constant
  double mean_s = 1;  ///< exponential
  double from_s = 0;  ///< uniform
  double to_s = 1;
  double median_s = 1; ///< lognormal
  double sigma = 1;    ///< Of the logarithm.

  [[nodiscard]] double draw(draws& chance) const;
};

enum class arrival_process : std::uint8_t { poisson, bursts, on_off, flood };

/// A tenant's jobs of one type.
struct arrival_rule {
  arrival_process process = arrival_process::poisson;
  std::string type;
  double per_hour = 0;   ///< poisson; on_off while it is on
  std::int64_t jobs = 1; ///< bursts: in each; flood: in all
  double every_s = 1;    ///< bursts
  double on_s = 1;       ///< on_off: on average, exponentially
  double off_s = 1;
  double at_s = 0;   ///< flood
  double from_s = 0; ///< The others: only from then on,
  double to_s = 0;   ///< until then; 0: to the end.
  double slots = 1;
  double cost = 1;
  std::int16_t priority = 0;
  std::string concurrency_key; ///< Empty: none.
};

struct scenario_key {
  std::string name;
  engine::key_settings settings;
};

struct scenario_type {
  std::string name;
  time_distribution runs;
  double overhead_s = 0;
  double failure_rate = 0;
  double death_rate = 0;
  std::int64_t fits = 0; ///< 0: any number; see sim_type.
  double beyond_fails = 0;
  engine::type_settings settings;
};

struct scenario_tenant {
  std::string name;
  std::int64_t count = 1; ///< So many alike: name-1, name-2, ...
  std::vector<arrival_rule> arrivals;
  engine::tenant_settings settings;
};

/// A fault at one time, or again and again.
struct scenario_fault {
  fault_kind kind = fault_kind::restart;
  double at_s = 0;
  double every_s = 0; ///< Not 0: again and again, exponentially with this mean.
  double for_s = 1;
  std::int64_t count = 1;
  bool crash = true;
};

struct scenario {
  double slots = 1;
  double lasts_s = 3600; ///< Until the last arrival.
  engine::pool_settings pool;
  std::vector<scenario_type> types;
  std::vector<scenario_key> keys;
  std::vector<scenario_tenant> tenants;
  std::vector<scenario_fault> faults;
};

/// Throws scenario_error.
[[nodiscard]] scenario read_scenario(std::string_view text);

/// Draws it. Throws scenario_error if it would have more than jobs_max jobs.
[[nodiscard]] workload workload_of(const scenario& what, std::uint64_t seed);
inline constexpr std::size_t scenario_jobs_max = 10'000'000;

} // namespace rota::bench
