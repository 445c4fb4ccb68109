#include "cmd/rotad/metrics/runtime_metrics.hpp"

#include <chrono>

namespace rota::daemon {
namespace {

/// Refused pushes, and how much of each limit is used.
void add_admission_metrics(metric_page& page, const actors::runtime_figures& f) {
  auto& refused = page.add_counters("rota_pushes_refused_total",
                                    "Pushes refused because a limit on waiting jobs was reached, "
                                    "by limit.");
  set(refused, {{"limit", "max_queued"}}, f.refused.tenant_full);
  set(refused, {{"limit", "max_waiting_bytes"}}, f.refused.daemon_full);
  set(page.add_gauges("rota_waiting_bytes", "Size of the payloads of all waiting jobs."), {},
      f.waiting_bytes);
  set(page.add_gauges("rota_waiting_bytes_limit",
                      "The limit on rota_waiting_bytes: max_waiting_bytes."),
      {}, f.waiting_bytes_max);
}

void add_actor_metrics(metric_page& page, const actors::runtime_figures& f) {
  set(page.add_gauges("rota_queues", "Queues in memory, one for each type and tenant in use."), {},
      f.queues);
  auto& mailbox =
      page.add_gauges("rota_mailbox_messages", "Messages waiting in an actor's mailbox.");
  for (const auto& load : f.loads) {
    metric_page::labels who{{"actor", load.actor}};
    if (!load.executor.empty())
      who.emplace("executor", load.executor);
    set(mailbox, who, load.mailbox);
  }
  set(page.add_counters("rota_audits_total",
                        "Audits of a queue or the arbiter that were completed."),
      {}, f.audits.audits);
  set(page.add_counters("rota_audit_seconds_total", "Time spent in audits, in seconds."), {},
      std::chrono::duration<double>(f.audits.took).count());
  set(page.add_gauges("rota_draining", "1 if the daemon is draining and starts no work."), {},
      f.draining ? 1 : 0);
}

} // namespace

std::string runtime_metrics(const actors::runtime_figures& figures) {
  metric_page page;
  add_job_metrics(page, figures);
  add_demand_metrics(page, figures);
  add_pool_metrics(page, figures);
  add_executor_metrics(page, figures);
  add_journal_metrics(page, figures);
  add_admission_metrics(page, figures);
  add_actor_metrics(page, figures);
  return page.text();
}

} // namespace rota::daemon
