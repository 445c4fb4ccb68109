// Runs a workload with the real actors in virtual time, from event to event.
#pragma once
#include "actors/runtime/virtual_runtime.hpp"
#include "bench/sim/draws.hpp"
#include "bench/sim/measures/recorder.hpp"
#include "bench/sim/policies/policy.hpp"
#include "bench/sim/results.hpp"
#include "bench/sim/sim_client.hpp"
#include "bench/sim/sim_store.hpp"
#include "bench/sim/workload.hpp"
#include "executors/simulated/simulated_executor.hpp"
#include "tests/model/referee.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace rota::bench {

struct simulation_options {
  std::uint64_t seed = 1;
  policy_kind policy = policy_kind::fair;
  bool checks = false; ///< Checks the promises after each step.
  std::size_t explain_each =
      0; ///< n: compares the estimated and the actual start of every n-th job; 0: of none.
  /// Intervals of the poller's rounds. The simulated executor gives hints about ends, so long
  /// simulations do not need frequent rounds.
  engine::milliseconds poll_interval_min{200};
  engine::milliseconds poll_interval_max{5000};
};

class simulation {
public:
  /// `work` must outlive it.
  simulation(const workload& work, const simulation_options& options);

  /// Runs everything that is due, then advances to the next event. Returns false once all jobs have
  /// ended. Throws if jobs are left and no event is due, or if a promise is broken.
  bool step();
  /// The number of jobs of workload::jobs that have ended.
  [[nodiscard]] std::size_t ended() const { return record_.ended(); }
  [[nodiscard]] engine::duration elapsed() { return now() - begin; }

  /// Call once all jobs have ended.
  [[nodiscard]] sim_result result() const;

private:
  static constexpr engine::time_point begin = engine::from_us(1'000'000'000'000'000);

  [[nodiscard]] engine::time_point now() { return runtime_ ? runtime_->now() : stopped_at_; }
  void start_runtime(engine::time_point at);
  [[nodiscard]] actors::arbiter_maker arbiter_for_policy() const;
  [[nodiscard]] executors::simulated_run plan(const executors::start_order& order);
  void apply_faults();
  void apply(const sim_fault& fault);
  void restart(const sim_fault& fault);
  void pick_running(std::size_t count,
                    void (executors::simulated_executor::*what)(const std::string&));
  void check();
  void sample();
  [[nodiscard]] engine::time_point next_event();

  const workload& work_;
  simulation_options options_;
  recorder record_;
  std::shared_ptr<model::referee> referee_;
  draws chance_;
  /// Ends of the running attempts, by type.
  std::vector<std::multiset<engine::time_point>> ends_of_;
  sim_store store_;
  std::shared_ptr<executors::simulated_executor> backend_;
  sim_client client_;
  std::unique_ptr<actors::virtual_runtime> runtime_;
  engine::time_point stopped_at_ = begin;
  std::size_t next_fault_ = 0;
  engine::time_point stalled_until_ = engine::never;
  std::size_t next_sample_ = 0; ///< The number of ended jobs at which the next sample is due.
};

} // namespace rota::bench
