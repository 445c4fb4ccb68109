// Pools: capacity, use and fairness. Executors: attempts, starts, polls and health.
#include "cmd/rotad/metrics/runtime_metrics.hpp"

namespace rota::daemon {

void add_pool_metrics(metric_page& page, const actors::runtime_figures& f) {
  auto& used = page.add_gauges("rota_pool_slots_used", "Slots in use by attempts.");
  auto& slots = page.add_gauges("rota_pool_slots", "Slots of the pool; no series if unlimited.");
  auto& asks = page.add_gauges("rota_pool_asks_waiting", "Pops and executors waiting for work.");
  auto& gap = page.add_gauges(
      "rota_fairness_gap", "Largest difference in cost per weight between two tenants while both "
                           "could be served.");
  auto& bound = page.add_gauges("rota_fairness_bound", "Upper bound of the fairness gap.");
  auto& ratio =
      page.add_gauges("rota_fairness_ratio", "Fairness gap divided by its bound; never above 1.");
  for (const auto& pool : f.pools) {
    const metric_page::labels which{{"pool", pool.pool}};
    set(used, which, pool.slots_used.as_double());
    if (pool.slots)
      set(slots, which, pool.slots->as_double());
    set(asks, which, pool.asks_waiting);
    set(gap, which, pool.fairness.gap);
    set(bound, which, pool.fairness.bound);
    set(ratio, which, pool.fairness.ratio);
  }
}

void add_executor_metrics(metric_page& page, const actors::runtime_figures& f) {
  auto& attempts = page.add_gauges("rota_executor_attempts",
                                   "Attempts by state; orphans exist only in the backend.");
  auto& starts = page.add_counters("rota_executor_starts_total",
                                   "Starts by outcome: started, refused (permanent), failed "
                                   "(temporary, retried).");
  auto& polls = page.add_counters("rota_executor_polls_total", "Polls of the backend, by outcome.");
  auto& lost = page.add_counters("rota_executor_lost_total",
                                 "Attempts lost by the backend; they count as crashes.");
  auto& healthy =
      page.add_gauges("rota_executor_healthy", "1 if the last start and the last poll succeeded.");
  for (const auto& [name, health] : f.executors) {
    const auto which = [&name = name](const char* label, const char* value) {
      return metric_page::labels{{"executor", name}, {label, value}};
    };
    set(attempts, which("state", "starting"), health.starting);
    set(attempts, which("state", "running"), health.running);
    set(attempts, which("state", "orphan"), health.orphans);
    set(starts, which("outcome", "started"), health.starts);
    set(starts, which("outcome", "refused"), health.starts_refused);
    set(starts, which("outcome", "failed"), health.starts_failed);
    set(polls, which("outcome", "answered"), health.polls);
    set(polls, which("outcome", "failed"), health.polls_failed);
    set(lost, {{"executor", name}}, health.lost);
    set(healthy, {{"executor", name}},
        health.start_error.empty() && health.poll_error.empty() ? 1 : 0);
  }
}

} // namespace rota::daemon
