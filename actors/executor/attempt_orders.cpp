#include "actors/executor/attempt_orders.hpp"

#include "executors/options.hpp"

namespace rota::actors {

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

} // namespace rota::actors
