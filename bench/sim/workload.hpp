// The input of a simulation: the jobs, when they arrive, how long they run, and the settings. All
// of it is drawn in advance, so that every policy gets the same input.
#pragma once
#include "actors/directory/settings_board.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rota::bench {

/// The executor, and therefore the pool, of all simulated types.
inline constexpr const char* simulated_pool = "simulated";

struct sim_job {
  engine::duration arrives{}; ///< Since the start.
  engine::duration runs{};    ///< Its part of an attempt's run time.
  std::uint32_t tenant = 0;   ///< Index in workload::tenants.
  std::uint32_t type = 0;     ///< Index in workload::types.
  engine::micro slots = engine::micro::of(1);
  engine::micro cost = engine::micro::of(1);
  std::int16_t priority = 0;
  std::uint32_t key = 0; ///< Its concurrency key: index in workload::keys.
};

/// The behaviour of a type's attempts.
struct sim_type {
  std::string name;
  engine::duration overhead{}; ///< Of each attempt, regardless of the number of jobs.
  double failure_rate = 0;     ///< Probability that a job's attempt ends with an error.
  double death_rate = 0;       ///< Probability that an attempt is lost because its keeper dies.
  /// The number of attempts that a shared resource (a machine, a database) supports at a time; 0:
  /// no limit. An attempt that starts as the n-th, n > capacity, takes n / capacity times as long, and each
  /// of its jobs fails with probability `overload_failure_rate`.
  std::uint32_t capacity = 0;
  double overload_failure_rate = 0;
};

enum class fault_kind : std::uint8_t {
  restart,     ///< The daemon restarts; attempts in the executor keep running.
  stall,       ///< The executor answers every call with an error.
  lost_starts, ///< Attempts start, but the answers are lost.
  deaths,      ///< Running attempts are lost: their keepers die.
  forgotten,   ///< The executor forgets running attempts, as if they had never existed.
};
inline constexpr std::array<std::string_view, 5> fault_words{"restart", "stall", "lost_starts",
                                                             "deaths", "forgotten"};
constexpr const auto& words_of(fault_kind) { return fault_words; }

struct sim_fault {
  fault_kind kind = fault_kind::restart;
  engine::duration at{};
  engine::duration lasts{}; ///< restart: until the next start; stall
  std::size_t count = 1;    ///< lost_starts, deaths, forgotten
  bool crash = true;        ///< restart: at any moment; changes that are not durable are lost
};

struct workload {
  actors::all_settings settings; ///< With the simulated executor and all types.
  std::vector<std::string> tenants;
  std::vector<sim_type> types;
  std::vector<std::string> keys{""}; ///< Concurrency keys; the first means none.
  std::vector<sim_job> jobs;         ///< By time of arrival.
  std::vector<sim_fault> faults;     ///< By time.
};

/// Numbers names in order of appearance.
class name_numbers {
public:
  /// The name's index in `names`, to which a new one is appended.
  std::uint32_t number_of(const std::string& name, std::vector<std::string>& names);

private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

[[nodiscard]] inline double in_seconds(engine::duration time) {
  return std::chrono::duration<double>(time).count();
}
[[nodiscard]] inline engine::duration from_seconds(double seconds) {
  return std::chrono::duration_cast<engine::duration>(std::chrono::duration<double>(seconds));
}

/// Slots that the simulated executor has.
[[nodiscard]] double slots_of(const workload& work);
/// The weight of each tenant, by its place.
[[nodiscard]] std::vector<double> weights_of(const workload& work);

} // namespace rota::bench
