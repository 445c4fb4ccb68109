#include "actors/executor/attempt_conversions.hpp"

#include "executors/options.hpp"
#include "executors/verdict.hpp"

#include <algorithm>
#include <iterator>

namespace rota::actors {
namespace {

using namespace engine;
using executors::verdict_kind;

outcome outcome_of(executors::verdict& verdict, const executors::attempt_result& how) {
  outcome out;
  out.succeeded = verdict.kind == verdict_kind::succeeded;
  out.retryable = verdict.retryable;
  out.finished = how.finished;
  if (out.succeeded)
    out.result = std::move(verdict.json);
  else
    out.error = failure{std::move(verdict.error_message), std::move(verdict.error_kind)};
  return out;
}

settle_part::item item_for(attempt_id attempt, job_id job, executors::verdict& verdict,
                           const executors::attempt_result& how) {
  settle_part::item item;
  item.attempt = attempt.number;
  item.job = job.number;
  if (verdict.kind == verdict_kind::released)
    item.what = settle_part::release{};
  else if (verdict.kind == verdict_kind::deferred)
    item.what = settle_part::defer{verdict.defer_for, std::move(verdict.json)};
  else
    item.what = settle_part::complete{outcome_of(verdict, how),
                                      execution{{}, {}, verdict.exit_code, verdict.signal}};
  return item;
}

} // namespace

executors::start_order start_order_for(const shared_state& shared, const lease& attempt) {
  executors::start_order order;
  order.name = to_text(attempt.id);
  order.type = attempt.type;
  order.tenant = attempt.tenant;
  order.jobs.reserve(attempt.jobs.size());
  for (const auto& job : attempt.jobs)
    order.jobs.push_back({to_text(job.id), job.payload, job.attempt, job.checkpoint, job.trace});
  const auto type = shared.board.type(attempt.type);
  order.options = type.executor ? type.executor->options : std::string{};
  order.takes_batches = type.batch && type.batch->max_size > 1;
  order.timeout = attempt.timeout;
  return order;
}

executors::watch_order watch_order_for(const shared_state& shared, const lease& attempt,
                                       engine::time_point started, bool cancelled) {
  executors::watch_order order;
  order.attempt = attempt.id;
  order.jobs.reserve(attempt.jobs.size());
  for (const auto& job : attempt.jobs)
    order.jobs.push_back(job.id);
  order.started = started;
  order.timeout = attempt.timeout;
  const auto options = executors::read_options(
      shared.board.type(attempt.type).executor.value_or(engine::executor_choice{}).options);
  order.grace = options ? options->grace : executors::attempt_options{}.grace;
  order.cancelled = cancelled;
  return order;
}

settle_part settlement_of(attempt_id attempt, const std::vector<job_id>& jobs,
                          const executors::attempt_result& how) {
  std::vector<std::string> names;
  std::transform(jobs.begin(), jobs.end(), std::back_inserter(names),
                 [](job_id id) { return to_text(id); });
  auto verdicts = executors::verdicts_of(names, how);
  settle_part part;
  for (std::size_t i = 0; i < verdicts.size(); ++i)
    part.items.push_back(item_for(attempt, jobs[i], verdicts[i], how));
  return part;
}

} // namespace rota::actors
