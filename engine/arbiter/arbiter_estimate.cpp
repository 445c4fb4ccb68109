// Estimates when a ready job starts: the latest time among those that its pool and its limits
// permit.
#include "engine/arbiter/arbiter.hpp"

#include <algorithm>

namespace rota::engine {
namespace {

/// The longest of several waits; unknown if any of them is unknown.
class longest_wait {
public:
  void add(std::optional<duration> wait) {
    known_ = known_ && wait;
    if (wait)
      longest_ = std::max(longest_, *wait);
  }
  std::optional<duration> value() const { return known_ ? std::optional{longest_} : std::nullopt; }

private:
  bool known_ = true;
  duration longest_{};
};

/// The number of the type's jobs that start up to and including the one at `position` in its queue:
/// the type's queues take turns by their tenants' weights.
double turns_in_type(const queue_state& queue, std::size_t position) {
  const double weight = queue.tenant->settings.weight.as_double();
  double turns = static_cast<double>(position);
  for (const queue_state* other : queue.type->queues) {
    if (other == &queue)
      continue;
    const double share = other->tenant->settings.weight.as_double() / weight;
    turns += std::min(static_cast<double>(other->ready()), static_cast<double>(position) * share);
  }
  return turns;
}

} // namespace

void arbiter::record_run_time(const attempt_load& load, duration ran) {
  pool_state& pool = *pools_.at(load.pool);
  type_state& type = *types_.at(load.type);
  pool.throughput.record(ran, load.slots, load.jobs,
                         in_flight_.slots_of_pool(load.pool) + load.slots);
  type.throughput.record(ran, micro::of(1), load.jobs,
                         micro::of(in_flight_.of_type(load.type) + 1));
}

std::optional<start_estimate> arbiter::estimate(queue_number number, lane_number lane_number,
                                                std::size_t position, std::size_t global_position,
                                                time_point now) const {
  const queue_state* queue = queue_at(number);
  if (queue == nullptr || draining_ || is_paused(*queue) || !asked_recently(*queue->type, now))
    return std::nullopt;
  const type_state& type = *queue->type;
  const pool_state& pool = *type.pool;
  const lane_state* lane = queue->find_lane(lane_number);
  longest_wait wait;
  wait.add(pool.throughput.time_of(
      static_cast<double>(global_position),
      std::max(pool.throughput.average_use(), in_flight_.slots_of_pool(pool.id).as_double())));
  // Of the jobs before it, count those that need the same limit; the free part of the limit starts
  // that many of them at once.
  const auto add_limit = [&](std::optional<std::uint32_t> limit, std::uint32_t running,
                             double ahead) {
    if (limit && *limit > 0) {
      const double free = *limit > running ? *limit - running : 0;
      wait.add(type.throughput.time_of(ahead - free, *limit));
    }
  };
  const auto in_queue = static_cast<double>(position);
  const double in_type = turns_in_type(*queue, position);
  add_limit(type.settings.max_running, in_flight_.of_type(type.id), in_type);
  add_limit(type.settings.max_running_per_tenant, in_flight_.of_pair(type.id, queue->tenant->id),
            in_queue);
  add_limit(queue->tenant->settings.max_running, in_flight_.of_tenant(queue->tenant->id), in_queue);
  if (lane != nullptr && lane->key != nullptr && lane->key->settings)
    add_limit(lane->key->settings->max_running, in_flight_.of_key(lane->key->id),
              std::min(in_queue, static_cast<double>(lane->ready)));
  if (type.settings.rate)
    wait.add(std::max(type.bucket.next_allowed() - now, duration{}) +
             std::chrono::duration_cast<duration>(
                 std::chrono::duration<double>((in_type - 1) / type.settings.rate->per_second)));
  const auto longest = wait.value();
  return longest ? std::optional{estimate_after(*longest, now)} : std::nullopt;
}

} // namespace rota::engine
