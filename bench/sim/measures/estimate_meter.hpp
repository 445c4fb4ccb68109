// How good the estimates of starts were: what explain told of a job when it came, beside what then
// happened.
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
  /// Times are counted from `begin`.
  explicit estimate_meter(engine::time_point begin) : begin_(begin) {}

  /// What was told at `now` of a job that waited.
  void told(std::size_t job, engine::time_point now,
            const std::optional<engine::start_estimate>& start);

  /// Nothing when nobody asked. `lives` by workload::jobs.
  [[nodiscard]] std::optional<estimate_result> result(const std::vector<sim_life>& lives) const;

private:
  struct telling {
    std::size_t job = 0;
    engine::time_point at{};
    engine::start_estimate start;
  };

  engine::time_point begin_;
  std::size_t asked_ = 0;
  std::vector<telling> told_;
};

} // namespace rota::bench
