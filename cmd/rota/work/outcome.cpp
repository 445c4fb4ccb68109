#include "cmd/rota/work/outcome.hpp"

#include "executors/verdict.hpp"

namespace rota::client {

namespace {

job_outcome outcome_for(const worker_job& job, outcome_kind kind) {
  job_outcome outcome;
  outcome.lease = job.lease;
  outcome.job = job.id;
  outcome.type = job.type;
  outcome.tenant = job.tenant;
  outcome.kind = kind;
  return outcome;
}

executors::attempt_result ending_of(const child_process& ended) {
  executors::attempt_result result;
  const system::process_end end = ended.end();
  (end.by_signal ? result.signal : result.exit_code) = end.code;
  result.output = ended.output();
  result.output_is_cut = ended.output_is_cut();
  result.error_tail = ended.error_tail();
  return result;
}

} // namespace

job_outcome outcome_of(const worker_job& job, const child_process& ended) {
  auto verdict = executors::verdict_of(ending_of(ended));
  if (verdict.kind == executors::verdict_kind::failed)
    return failed_outcome(job, std::move(verdict.error_message), std::move(verdict.error_kind),
                          verdict.retryable);
  const bool is_deferred = verdict.kind == executors::verdict_kind::deferred;
  auto outcome = outcome_for(job, is_deferred ? outcome_kind::deferred : outcome_kind::succeeded);
  outcome.json = std::move(verdict.json).value_or("");
  return outcome;
}

job_outcome failed_outcome(const worker_job& job, std::string message, std::string kind,
                           bool retryable) {
  job_outcome outcome = outcome_for(job, outcome_kind::failed);
  outcome.error_message = std::move(message);
  outcome.error_kind = std::move(kind);
  outcome.retryable = retryable;
  return outcome;
}

} // namespace rota::client
