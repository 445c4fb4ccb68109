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

/// The shape of a load.
struct cycle_load {
  std::string type;
  std::size_t request_jobs = 1; ///< Jobs in each push, all of one tenant.
  std::size_t leases_per_pop = 1;
  std::size_t jobs_per_lease = 1;
  std::uint32_t tenants = 1;    ///< Pushes go to the tenants in turn.
  std::size_t backlog_jobs = 0; ///< Always waiting, so that the arbiter has a choice.
  double cycles_per_second = 0; ///< In total, evenly spaced; 0: as many as possible.
};

/// The result of a run.
struct cycle_result {
  std::uint64_t jobs = 0;     ///< Jobs pushed, popped and completed.
  std::uint64_t requests = 0; ///< Pushes, pops and completions together.
  double seconds = 0;
  sample_set pop_ms; ///< Latency of each pop.
  /// Latency of each push, pop and completion together, from when the cycle was due.
  sample_set cycle_ms;
};

/// Repeats push, pop, complete on every connection, each with one request in flight. With a given
/// rate, a cycle that finds its connection busy with the previous one starts late; the delay counts
/// as latency.
class cycle_driver {
public:
  cycle_driver(client_loop& clients, cycle_load load);

  /// Pushes one job for each tenant and completes it, so that the daemon has all queues.
  void create_queues();
  /// Pushes the backlog.
  void fill();
  /// Runs cycles for about `time`. Those in progress at the end are completed and counted.
  [[nodiscard]] cycle_result run(std::chrono::nanoseconds time);
  /// Completes all waiting jobs of the type.
  void drain();

private:
  using clock = std::chrono::steady_clock;
  enum class phase : std::uint8_t { pushing, popping, completing, awaiting_start, resting };

  struct worker {
    phase doing = phase::resting;
    clock::time_point due; ///< When the next cycle is due, or when the current one was.
    clock::time_point sent;
    std::size_t leased = 0; ///< Jobs to be completed.
  };

  void push_all(push_request& push, std::size_t requests, bool one_tenant_each);
  void schedule_first_cycles(clock::time_point begin);
  void begin_cycle(std::size_t index, clock::time_point now);
  void end_cycle(std::size_t index, clock::time_point now);
  /// Starts the cycles that are due; returns the time until the next one is.
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
  clock::duration period_{}; ///< Time between the cycles of one connection; 0 without a rate.
  std::size_t active_ = 0;
  std::size_t waiting_ = 0;
  std::uint32_t next_tenant_ = 0;
};

} // namespace rota::bench
