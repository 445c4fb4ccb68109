#pragma once

#include "bench/common/statistics.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace rota::bench {

/// What a load came to.
struct load_result {
  std::uint64_t pushed = 0;
  std::uint64_t taken = 0; ///< Popped and completed.
  double seconds = 0;
  sample_set pop_ms; ///< Of each pop that got something, from sending to its answer.
};

/// Whose turn it is to get jobs and, in the systems that leave that to their clients, to give some.
/// It goes along with what waits in a system, from load to load.
struct tenant_turns {
  std::uint32_t push = 0;
  std::uint32_t pop = 0;
};

/// How long and how much at most.
struct load_limit {
  std::chrono::nanoseconds time = std::chrono::hours(1);
  std::uint64_t jobs = std::numeric_limits<std::uint64_t>::max();
};

/// Some connections to one system that are kept busy with one request of a batch of jobs after the
/// other, for the tenants in turn. What is under way at the end of the time is ended and counted.
class peer_load {
public:
  virtual ~peer_load() = default;

  [[nodiscard]] virtual load_result push(const load_limit& limit) = 0;
  /// Pops, and completes what was popped. Ends early when a connection found nothing many times.
  [[nodiscard]] virtual load_result take(const load_limit& limit) = 0;
  /// Push, pop, complete, round and round on each connection.
  [[nodiscard]] virtual load_result cycle(const load_limit& limit) = 0;
};

} // namespace rota::bench
