#include "cmd/rota/work/outcome.hpp"

#include "executors/outcome.hpp"

namespace rota::client {

namespace {

job_outcome outcome_for(const leased_job& job, outcome_kind kind) {
  job_outcome outcome;
  outcome.lease = job.lease;
  outcome.job = job.id;
  outcome.type = job.type;
  outcome.tenant = job.tenant;
  outcome.kind = kind;
  return outcome;
}

executors::ending ending_of(const child_process& ended) {
  executors::ending how;
  const child_end end = ended.end();
  (end.by_signal ? how.signal : how.exit_code) = end.code;
  how.output = ended.output();
  how.output_is_cut = ended.output_is_cut();
  how.error_tail = ended.error_tail();
  return how;
}

} // namespace

job_outcome outcome_of(const leased_job& job, const child_process& ended) {
  auto verdict = executors::verdict_of(ending_of(ended));
  switch (verdict.kind) {
  case executors::verdict_kind::failed:
    return failed_outcome(job, std::move(verdict.error_message), std::move(verdict.error_kind),
                          verdict.retryable);
  case executors::verdict_kind::deferred: {
    auto outcome = outcome_for(job, outcome_kind::deferred);
    outcome.json = std::move(verdict.json).value_or("");
    return outcome;
  }
  case executors::verdict_kind::succeeded:
  case executors::verdict_kind::released: break;
  }
  auto outcome = outcome_for(job, outcome_kind::succeeded);
  outcome.json = std::move(verdict.json).value_or("");
  return outcome;
}

job_outcome failed_outcome(const leased_job& job, std::string message, std::string kind,
                           bool retryable) {
  job_outcome outcome = outcome_for(job, outcome_kind::failed);
  outcome.error_message = std::move(message);
  outcome.error_kind = std::move(kind);
  outcome.retryable = retryable;
  return outcome;
}

} // namespace rota::client
