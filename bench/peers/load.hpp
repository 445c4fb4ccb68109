#pragma once

#include "bench/common/statistics.hpp"
#include "bench/peers/peer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

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

/// Keeps every connection busy with one request of a batch of jobs after the other. Requests go to
/// the tenants in turn. What is under way at the end of the time is ended and counted.
class peer_load {
public:
  peer_load(peer_clients& clients, const peer_shape& shape, tenant_turns& turns);

  [[nodiscard]] load_result push(const load_limit& limit);
  /// Pops, and completes what was popped. Ends early when a connection got nothing for many times.
  [[nodiscard]] load_result take(const load_limit& limit);
  /// Push, pop, complete, round and round on each connection.
  [[nodiscard]] load_result cycle(std::chrono::nanoseconds time);

private:
  using clock = std::chrono::steady_clock;
  enum class work : std::uint8_t { pushes, takes, cycles };
  enum class step : std::uint8_t { pushing, popping, completing, resting };

  struct worker {
    step doing = step::resting;
    std::size_t popped = 0;
    std::size_t empty_pops = 0; ///< In a row.
    clock::time_point sent;
  };

  [[nodiscard]] load_result run(work what, const load_limit& limit);
  void begin(std::size_t connection);
  void begin_push(std::size_t connection);
  void begin_pop(std::size_t connection);
  void rest(std::size_t connection);
  void end_step(std::size_t connection, std::size_t jobs);
  void end_pop(std::size_t connection, std::size_t jobs);

  peer_clients& clients_;
  peer_shape shape_;
  tenant_turns& turns_;
  std::vector<worker> workers_;
  work what_ = work::pushes;
  clock::time_point end_;
  std::uint64_t left_ = 0; ///< Jobs that may still be begun with.
  std::size_t active_ = 0;
  load_result result_;
};

/// Pushes `requests` batches, on connections of its own, as quickly as the system takes them.
void fill(peer& system, const peer_shape& shape, tenant_turns& turns, std::uint64_t requests);
/// Takes `jobs` jobs. Throws when they aren't there.
void drain(peer& system, const peer_shape& shape, tenant_turns& turns, std::uint64_t jobs);

} // namespace rota::bench
