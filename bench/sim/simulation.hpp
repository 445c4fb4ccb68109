// Plays a workload in a room of the real actors, in virtual time: from one thing that happens to the
// next.
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
  bool checks = false; ///< Promises are asserted after each step.
  std::size_t explain_each =
      0; ///< Of one job in so many it is measured how well its start was told.
  /// How often the poller looks at what runs when nothing happens; ends are hinted at, so that long
  /// simulations needn't look often.
  engine::milliseconds look_soon{200};
  engine::milliseconds look_late{5000};
};

class simulation {
public:
  /// `work` must outlive it.
  simulation(const workload& work, const simulation_options& options);

  /// Everything that is due now, and then on to the time of what comes next. False: all jobs have
  /// ended. Throws when jobs are left and nothing will ever happen again, or when a promise that was
  /// to be checked is broken.
  bool step();
  /// Jobs that have ended, of workload::jobs.
  [[nodiscard]] std::size_t ended() const { return record_.ended(); }
  [[nodiscard]] engine::duration elapsed() { return now() - begin; }

  /// Once all jobs have ended.
  [[nodiscard]] sim_result result() const;

private:
  static constexpr engine::time_point begin = engine::from_us(1'000'000'000'000'000);

  [[nodiscard]] engine::time_point now() { return room_ ? room_->now() : between_rooms_; }
  void open_room(engine::time_point at);
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
  std::vector<std::multiset<engine::time_point>> ends_of_; ///< Of the attempts that run, by type.
  sim_store store_;
  std::shared_ptr<executors::simulated_executor> backend_;
  sim_client client_;
  std::unique_ptr<actors::virtual_runtime> room_;
  engine::time_point between_rooms_ = begin;
  std::size_t next_fault_ = 0;
  engine::time_point stalled_until_ = engine::never;
  std::size_t next_sample_ = 0; ///< When so many jobs have ended.
};

} // namespace rota::bench
