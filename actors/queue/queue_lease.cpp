#include "actors/queue/queue_lease.hpp"

namespace rota::actors {

lease make_lease(const engine::queue& core, engine::serial attempt) {
  const auto& who = core.identity();
  lease out{{who.number, attempt}, who.type, who.tenant, core.attempt(attempt)->deadline, {}, {}};
  if (core.executed(attempt))
    out.timeout = core.timeout_of(attempt);
  out.jobs = core.leased_jobs(attempt);
  return out;
}

} // namespace rota::actors
