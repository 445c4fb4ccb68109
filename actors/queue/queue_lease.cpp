#include "actors/queue/queue_lease.hpp"

namespace rota::actors {

lease make_lease(const engine::queue& core, engine::serial attempt) {
  const auto& identity = core.identity();
  lease out{{identity.number, attempt},
            identity.type,
            identity.tenant,
            core.attempt(attempt)->deadline,
            {},
            {}};
  if (core.executed(attempt))
    out.timeout = core.timeout_of(attempt);
  out.jobs = core.leased_jobs(attempt);
  return out;
}

} // namespace rota::actors
