#include "bench/sim/measures/estimate_meter.hpp"

#include "bench/common/measure.hpp"
#include "bench/sim/workload.hpp"

#include <algorithm>

namespace rota::bench {
namespace {

/// Shorter waits count as 1 s in a ratio: half a second instead of a tenth is no relevant error.
constexpr double wait_min_s = 1;

} // namespace

void estimate_meter::record(std::size_t job, engine::time_point now,
                            const std::optional<engine::start_estimate>& start) {
  ++requests_;
  if (start)
    estimates_.push_back({job, now, *start});
}

std::optional<estimate_result>
estimate_meter::result(const std::vector<sim_job_times>& all_jobs) const {
  if (requests_ == 0)
    return std::nullopt;
  estimate_result out;
  out.requested = requests_;
  out.estimated = estimates_.size();
  sample_set ratios;
  for (const auto& estimate : estimates_) {
    const auto began = begin_ + all_jobs[estimate.job].first_start;
    out.early += began < estimate.start.earliest ? 1 : 0;
    out.late += began > estimate.start.latest ? 1 : 0;
    ratios.add(std::max(in_seconds(began - estimate.at), wait_min_s) /
               std::max(in_seconds(estimate.start.expected - estimate.at), wait_min_s));
  }
  out.ratio_p10 = ratios.percentile(0.1);
  out.ratio_p50 = ratios.percentile(0.5);
  out.ratio_p90 = ratios.percentile(0.9);
  return out;
}

} // namespace rota::bench
