// Values of a simulation over time.
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
  [[nodiscard]] double whole_s() const { return part_s * static_cast<double>(count); }
};
[[nodiscard]] time_axis_parts parts_of(const sim_result& result);

/// The means of a varying value over each part.
using time_series = std::vector<double>;

/// Slots in use by each of these tenants and, at the end, by all others.
[[nodiscard]] std::vector<time_series> slots_by_tenant(const sim_result& result,
                                                       const std::vector<std::string>& tenants);
/// Jobs that have arrived and not started.
[[nodiscard]] time_series waiting_jobs(const sim_result& result);
/// Number of attempts by their number of jobs.
[[nodiscard]] std::map<std::uint32_t, std::size_t> batch_sizes(const sim_result& result);

} // namespace rota::bench
