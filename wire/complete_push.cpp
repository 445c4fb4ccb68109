#include "wire/complete_push.hpp"

#include "wire/batch_key.hpp"

namespace rota::wire {
namespace {

/// Returns when the job may run, on the engine's axis; nothing if at once.
std::optional<engine::time_point> start_of(const push_item& job, clock_reading at) {
  if (job.delay)
    return job.delay->count() > 0 ? std::optional{at.now + *job.delay} : std::nullopt;
  const auto& wall = job.spec.options.not_before;
  if (!wall || to_us(*wall) <= at.wall_us)
    return std::nullopt;
  return at.now + engine::duration{to_us(*wall) - at.wall_us};
}

} // namespace

void complete_push(push_command& push, const batching_lookup& batching_of, clock_reading at) {
  const std::string* type = nullptr;
  std::optional<engine::batch_settings> batching;
  for (auto& job : push.jobs) {
    job.spec.options.not_before = start_of(job, at);
    if (type == nullptr || *type != job.type) {
      type = &job.type;
      batching = batching_of(job.type);
    }
    if (batching)
      set_mark(job.spec, batch_mark_of(job.spec.payload, *batching));
  }
}

} // namespace rota::wire
