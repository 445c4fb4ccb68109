#include "bench/sim/html/series.hpp"

#include "bench/sim/workload.hpp"

#include <algorithm>
#include <cmath>

namespace rota::bench {
namespace {

/// Adds `height` over [from, to) to the means of the parts.
void add(time_series& to, const time_axis_parts& parts, engine::duration from,
         engine::duration until, double height) {
  const double begin = in_seconds(from) / parts.part_s;
  const double end = in_seconds(until) / parts.part_s;
  const auto last = static_cast<double>(to.size());
  for (double part = std::floor(begin); part < std::min(end, last); ++part)
    to[static_cast<std::size_t>(part)] +=
        height * (std::min(end, part + 1) - std::max(begin, part));
}

} // namespace

time_axis_parts parts_of(const sim_result& result) {
  const auto first = result.all_jobs.empty() ? 0 : in_seconds(result.all_jobs.front().arrived);
  time_axis_parts parts;
  parts.part_s = std::max(1e-6, (first + result.makespan_s) / static_cast<double>(parts.count));
  return parts;
}

std::vector<time_series> slots_by_tenant(const sim_result& result,
                                         const std::vector<std::string>& tenants) {
  const auto parts = parts_of(result);
  std::vector<std::size_t> place_of;
  for (const auto& name : result.names)
    place_of.push_back(static_cast<std::size_t>(std::find(tenants.begin(), tenants.end(), name) -
                                                tenants.begin()));
  std::vector<time_series> all(tenants.size() + 1, time_series(parts.count));
  for (const auto& attempt : result.all_attempts)
    add(all[place_of[attempt.tenant]], parts, attempt.started, attempt.ended, attempt.slots);
  return all;
}

time_series waiting_jobs(const sim_result& result) {
  const auto parts = parts_of(result);
  time_series waiting(parts.count);
  for (const auto& job : result.all_jobs)
    add(waiting, parts, job.arrived, job.first_start, 1);
  return waiting;
}

std::map<std::uint32_t, std::size_t> batch_sizes(const sim_result& result) {
  std::map<std::uint32_t, std::size_t> sizes;
  for (const auto& attempt : result.all_attempts)
    ++sizes[attempt.jobs];
  return sizes;
}

} // namespace rota::bench
