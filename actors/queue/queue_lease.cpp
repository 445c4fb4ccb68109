#include "actors/queue/queue_lease.hpp"

namespace rota::actors {

lease make_lease(const engine::queue& core, engine::serial attempt) {
  const auto& who = core.identity();
  lease out{{who.number, attempt}, who.type, who.tenant, core.attempt(attempt)->deadline, {}, {}};
  if (core.executed(attempt))
    out.timeout = core.timeout_of(attempt);
  const auto jobs = core.leased_jobs(attempt);
  out.jobs.reserve(jobs.size());
  for (const auto& job : jobs)
    out.jobs.push_back({{who.number, job.number},
                        std::string{job.payload},
                        job.priority,
                        job.attempt,
                        job.checkpoint ? std::optional{*job.checkpoint} : std::nullopt,
                        job.trace ? std::optional{*job.trace} : std::nullopt});
  return out;
}

} // namespace rota::actors
