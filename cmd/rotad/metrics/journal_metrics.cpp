// The journal: commits, and how far snapshots are behind.
#include "cmd/rotad/metrics/room_metrics.hpp"

#include <chrono>

namespace rota::daemon {

void add_journal_metrics(metric_page& page, const actors::room_figures& f) {
  const auto& j = f.journal;
  const auto count = [&](const char* name, const char* help, std::uint64_t value) {
    set(page.add_counters(name, help), {}, value);
  };
  const auto show = [&](const char* name, const char* help, double value) {
    set(page.add_gauges(name, help), {}, value);
  };
  set(page.add_histograms("rota_journal_commit_seconds", "How long commits took."), {},
      j.commit_times, 1e6);
  set(page.add_histograms("rota_journal_commit_size_bytes", "How large commits were."), {},
      j.commit_sizes, 1);
  count("rota_journal_events_total", "Events that were committed.", j.events);
  count("rota_journal_cuts_total", "Times that the journal was cut behind snapshots.", j.cuts);
  show("rota_journal_uncut_bytes", "What the journal holds.", static_cast<double>(j.uncut_bytes));
  show("rota_dirty_queues", "Queues with events that no snapshot covers.",
       static_cast<double>(j.dirty_queues));
  show("rota_snapshot_lag_seconds",
       "Age of the oldest event that no snapshot covers; 0 when there is none.",
       std::chrono::duration<double>(j.snapshot_lag).count());
  show("rota_history_jobs", "Ended jobs in the history.", static_cast<double>(j.history_jobs));
}

} // namespace rota::daemon
