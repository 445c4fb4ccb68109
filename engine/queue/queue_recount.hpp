// A recount of a queue's totals from its jobs, which may change meanwhile.
#pragma once
#include "engine/queue/job_rules.hpp"
#include "engine/queue/job_store.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rota::engine {

/// The sums that a queue keeps over its jobs.
struct queue_totals {
  std::array<std::uint32_t, job_state_count> in_state{};
  std::size_t waiting_bytes = 0;
  std::vector<std::uint32_t> ready_in_lane; ///< By lane number.

  /// `by` is 1 or -1; a ready job must be in a lane.
  void count(const job_cell& job, int by) {
    const auto step = static_cast<std::uint32_t>(by);
    in_state[static_cast<std::size_t>(job.state)] += step;
    if (is_waiting(job.state))
      waiting_bytes += static_cast<std::size_t>(by) * job.payload_size;
    if (job.state != job_state::ready)
      return;
    if (ready_in_lane.size() <= job.lane)
      ready_in_lane.resize(job.lane + std::size_t{1});
    ready_in_lane[job.lane] += step;
  }
};

/// A recount in progress. Jobs in the cells before `next` are counted, and are counted again when
/// they change.
struct queue_recount {
  slot next = 0;
  queue_totals counted;
};

} // namespace rota::engine
