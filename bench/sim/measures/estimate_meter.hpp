// Compares the estimated start of each job, as explain returned it on arrival, with the actual one.
#pragma once
#include "bench/sim/results.hpp"
#include "engine/arbiter/start_estimate.hpp"
#include "engine/time.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace rota::bench {

class estimate_meter {
public:
  /// Times are relative to `begin`.
  explicit estimate_meter(engine::time_point begin) : begin_(begin) {}

  /// Records the estimate, made at `now`, for a waiting job.
  void record(std::size_t job, engine::time_point now,
              const std::optional<engine::start_estimate>& start);

  /// Returns nothing if there were no requests. `all_jobs` is indexed like workload::jobs.
  [[nodiscard]] std::optional<estimate_result>
  result(const std::vector<sim_job_times>& all_jobs) const;

private:
  struct estimate {
    std::size_t job = 0;
    engine::time_point at{};
    engine::start_estimate start;
  };

  engine::time_point begin_;
  std::size_t requests_ = 0;
  std::vector<estimate> estimates_;
};

} // namespace rota::bench
