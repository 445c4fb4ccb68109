// What happened in a simulation, over time.
#pragma once
#include "bench/sim/results.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rota::bench {

/// The time of a simulation in equal parts.
struct time_axis_parts {
  double part_s = 1;
  std::size_t count = 200;
};
[[nodiscard]] time_axis_parts parts_of(const sim_result& result);

/// Something that has a value at each moment, as its mean over each part.
using time_series = std::vector<double>;

/// Slots in use by each of these tenants, and, last, by all others.
[[nodiscard]] std::vector<time_series> slots_by_tenant(const sim_result& result,
                                                       const std::vector<std::string>& tenants);
/// Jobs that have arrived and not begun.
[[nodiscard]] time_series waiting_jobs(const sim_result& result);
/// How many attempts took so many jobs.
[[nodiscard]] std::map<std::uint32_t, std::size_t> batch_sizes(const sim_result& result);

} // namespace rota::bench
