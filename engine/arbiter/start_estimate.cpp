#include "engine/arbiter/start_estimate.hpp"

#include <algorithm>

namespace rota::engine {
namespace {

/// The newest end's weight in the average is at least 1 / ends_remembered.
constexpr std::uint32_t ends_remembered = 32;

/// The range as factors of the expected wait. Later arrivals often overtake a job but are hardly
/// ever overtaken, so the range is wider on the late side. Found by simulation;
/// docs/operations/estimates.md has the figures.
constexpr double early = 0.75;
constexpr double late = 3.5;

double seconds_of(duration d) { return std::chrono::duration<double>(d).count(); }

duration from_seconds(double seconds) {
  const double longest = seconds_of(duration::max()) / 4;
  return std::chrono::duration_cast<duration>(
      std::chrono::duration<double>(std::clamp(seconds, 0.0, longest)));
}

} // namespace

void throughput::record(duration ran, micro share, std::uint32_t jobs, micro in_use) {
  if (jobs == 0)
    return;
  ends_ = std::min(ends_ + 1, ends_remembered);
  const double newest = 1.0 / ends_;
  const double took = std::max(seconds_of(ran), 0.0) * share.as_double() / jobs;
  seconds_per_job_ += (took - seconds_per_job_) * newest;
  in_use_ += (in_use.as_double() - in_use_) * newest;
}

std::optional<duration> throughput::time_of(double jobs, double in_use) const {
  if (ends_ == 0 || in_use <= 0)
    return std::nullopt;
  return from_seconds(std::max(jobs, 0.0) * seconds_per_job_ / in_use);
}

start_estimate estimate_after(duration wait, time_point now) {
  const double seconds = seconds_of(wait);
  return {now + wait, now + from_seconds(seconds * early), now + from_seconds(seconds * late)};
}

} // namespace rota::engine
