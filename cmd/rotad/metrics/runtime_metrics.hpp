// The runtime's metrics: jobs, tenants, pools, executors, journal, actors.
#pragma once
#include "actors/runtime/figures.hpp"
#include "cmd/rotad/metrics/metric_page.hpp"

#include <string>

namespace rota::daemon {

/// Returns the whole text. docs/operations/metrics.md describes each metric.
std::string runtime_metrics(const actors::runtime_figures& figures);

// Its parts.
void add_job_metrics(metric_page& page, const actors::runtime_figures& figures);
void add_demand_metrics(metric_page& page, const actors::runtime_figures& figures);
void add_pool_metrics(metric_page& page, const actors::runtime_figures& figures);
void add_executor_metrics(metric_page& page, const actors::runtime_figures& figures);
void add_journal_metrics(metric_page& page, const actors::runtime_figures& figures);

} // namespace rota::daemon
