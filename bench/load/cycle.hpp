#pragma once

#include "bench/common/client.hpp"
#include "bench/common/measure.hpp"
#include "bench/common/messages.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// How jobs go in and out.
struct cycle_load {
  std::string type;
  std::size_t request_jobs = 1; ///< Jobs in each push, all of one tenant.
  std::size_t leases_per_pop = 1;
  std::size_t jobs_per_lease = 1;
  std::uint32_t tenants = 1;    ///< Pushes go to them in turn.
  std::size_t backlog_jobs = 0; ///< Waiting all the time, so that the arbiter has a choice.
  double cycles_per_second = 0; ///< In all, evenly; 0: as many as there can be.
};

/// What a run came to.
struct cycle_result {
  std::uint64_t jobs = 0;     ///< Pushed, popped and completed.
  std::uint64_t requests = 0; ///< Pushes, pops and completions together.
  double seconds = 0;
  sample_set pop_ms;   ///< Of each pop, from sending to its answer.
  sample_set cycle_ms; ///< Of each push, pop and completion, from when the cycle was due.
};

/// Runs push, pop, complete on every connection, each with one request under way at a time. A cycle at a given rate that
/// finds its connection busy with the one before begins late, which counts as its latency.
class cycle_driver {
public:
  cycle_driver(client_loop& clients, cycle_load load);

  /// Pushes one job to every tenant and ends it, so that all queues are known to the daemon.
  void touch_tenants();
  /// Pushes the backlog.
  void fill();
  /// Cycles for about `time`: what is under way then is ended and counted.
  [[nodiscard]] cycle_result run(std::chrono::nanoseconds time);
  /// Ends all waiting jobs of the type.
  void drain();

private:
  using clock = std::chrono::steady_clock;
  enum class phase : std::uint8_t { pushing, popping, completing, awaiting_turn, resting };

  struct worker {
    phase doing = phase::resting;
    clock::time_point due; ///< Of its next cycle, or of the one that goes on.
    clock::time_point sent;
    std::size_t leased = 0; ///< Jobs that wait for their completion.
  };

  void push_all(push_request& push, std::size_t requests, bool one_tenant_each);
  void set_turns(clock::time_point begin);
  void begin_cycle(std::size_t index, clock::time_point now);
  void end_cycle(std::size_t index, clock::time_point now);
  /// Begins the cycles that are due; how long until the next one is.
  std::chrono::nanoseconds begin_due_cycles();
  void begin_pop(std::size_t index, clock::time_point now);
  void take_answer(std::size_t index, std::string_view answer);
  void complete(std::size_t index, std::string_view answer, clock::time_point now);

  client_loop& clients_;
  cycle_load load_;
  push_request push_;
  std::string pop_;
  std::vector<worker> workers_;
  std::vector<std::string_view> leases_;
  std::string completion_;
  cycle_result result_;
  clock::time_point end_;
  clock::duration period_{}; ///< Between the cycles of one connection; 0: none.
  std::size_t active_ = 0;
  std::size_t waiting_ = 0;
  std::uint32_t next_tenant_ = 0;
};

} // namespace rota::bench
