// The journal: commits, and the lag of snapshots.
#include "cmd/rotad/metrics/runtime_metrics.hpp"

#include <chrono>

namespace rota::daemon {

void add_journal_metrics(metric_page& page, const actors::runtime_figures& f) {
  const auto& j = f.journal;
  const auto count = [&](const char* name, const char* help, std::uint64_t value) {
    set(page.add_counters(name, help), {}, value);
  };
  const auto show = [&](const char* name, const char* help, double value) {
    set(page.add_gauges(name, help), {}, value);
  };
  set(page.add_histograms("rota_journal_commit_seconds", "Duration of commits."), {},
      j.commit_times, 1e6);
  set(page.add_histograms("rota_journal_commit_size_bytes", "Size of commits."), {}, j.commit_sizes,
      1);
  count("rota_journal_events_total", "Events committed.", j.events);
  count("rota_journal_cuts_total", "Times the journal was truncated after a snapshot.", j.cuts);
  show("rota_journal_uncut_bytes", "Size of the journal, which a restart reads.",
       static_cast<double>(j.uncut_bytes));
  show("rota_dirty_queues", "Queues with events not covered by a snapshot.",
       static_cast<double>(j.dirty_queues));
  show("rota_snapshot_lag_seconds",
       "Age of the oldest event not covered by a snapshot; 0 if there is none.",
       std::chrono::duration<double>(j.snapshot_lag).count());
  show("rota_history_jobs", "Ended jobs in the history.", static_cast<double>(j.history_jobs));
}

} // namespace rota::daemon
