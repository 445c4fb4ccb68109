#include "bench/sim/measures/estimate_meter.hpp"

#include "bench/common/measure.hpp"

#include <algorithm>
#include <chrono>

namespace rota::bench {
namespace {

double in_seconds(engine::duration time) { return std::chrono::duration<double>(time).count(); }

/// Shorter waits count as 1 s in a ratio: half a second instead of a tenth is no relevant error.
constexpr double wait_min_s = 1;

} // namespace

void estimate_meter::told(std::size_t job, engine::time_point now,
                          const std::optional<engine::start_estimate>& start) {
  ++asked_;
  if (start)
    told_.push_back({job, now, *start});
}

std::optional<estimate_result> estimate_meter::result(const std::vector<sim_life>& lives) const {
  if (asked_ == 0)
    return std::nullopt;
  estimate_result out;
  out.asked = asked_;
  out.told = told_.size();
  sample_set ratios;
  for (const auto& telling : told_) {
    const auto began = begin_ + lives[telling.job].first_start;
    out.early += began < telling.start.earliest ? 1 : 0;
    out.late += began > telling.start.latest ? 1 : 0;
    ratios.add(std::max(in_seconds(began - telling.at), wait_min_s) /
               std::max(in_seconds(telling.start.expected - telling.at), wait_min_s));
  }
  out.ratio_p10 = ratios.percentile(0.1);
  out.ratio_p50 = ratios.percentile(0.5);
  out.ratio_p90 = ratios.percentile(0.9);
  return out;
}

} // namespace rota::bench
