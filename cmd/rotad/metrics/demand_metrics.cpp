// Waiting jobs and why they wait, by type; and the tenants with the most work.
#include "cmd/rotad/metrics/runtime_metrics.hpp"

#include <algorithm>
#include <chrono>

namespace rota::daemon {
namespace {

using engine::type_census;
using engine::wait_reason;

double age_seconds(const type_census& type, engine::time_point now) {
  if (!type.oldest_ready)
    return 0;
  return std::max(std::chrono::duration<double>(now - *type.oldest_ready).count(), 0.0);
}

void add_demand(metric_page& page, const actors::runtime_figures& f) {
  auto& ready = page.add_gauges(
      "rota_demand_jobs", "Ready jobs by the reason why they are not running, as in job.explain.");
  auto& age = page.add_gauges("rota_oldest_ready_age_seconds",
                              "Age of the oldest ready job; 0 if there is none.");
  for (const auto& type : f.demand) {
    for (std::size_t i = 0; i < type.ready.size(); ++i) {
      const auto why = static_cast<wait_reason>(i);
      if (why !=
          wait_reason::behind_in_queue) // jobs wait for what the first of their lane waits for
        set(ready, {{"type", type.type}, {"reason", std::string{to_text(why)}}}, type.ready[i]);
    }
    set(age, {{"type", type.type}}, age_seconds(type, f.now));
  }
}

void add_in_flight(metric_page& page, const actors::runtime_figures& f) {
  auto& in_flight = page.add_gauges("rota_in_flight", "Attempts in flight, by type.");
  auto& limit =
      page.add_gauges("rota_in_flight_limit", "The type's max_running; no series if it has none.");
  for (const auto& type : f.demand) {
    set(in_flight, {{"type", type.type}}, type.in_flight);
    if (type.max_running)
      set(limit, {{"type", type.type}}, *type.max_running);
  }
}

void add_tenants(metric_page& page, const actors::runtime_figures& f) {
  set(page.add_gauges("rota_tenants", "Tenants with ready jobs or attempts in flight."), {},
      f.tenants_with_work);
  auto& ready = page.add_gauges("rota_tenant_ready_jobs",
                                "Ready jobs of the tenants with the most work, by pool.");
  auto& in_flight =
      page.add_gauges("rota_tenant_in_flight", "Attempts in flight of these tenants, by pool.");
  auto& limit = page.add_gauges("rota_tenant_in_flight_limit",
                                "The tenant's max_running; no series if it has none.");
  auto& served = page.add_counters("rota_tenant_served_cost_total",
                                   "Cost dispatched for these tenants, by pool.");
  for (const auto& t : f.tenants) {
    const metric_page::labels who{{"pool", t.pool}, {"tenant", t.tenant}};
    set(ready, who, t.ready);
    set(in_flight, who, t.in_flight);
    set(served, who, t.served.as_double());
    if (t.max_running)
      limit.Add({{"tenant", t.tenant}}).Set(*t.max_running);
  }
}

} // namespace

void add_demand_metrics(metric_page& page, const actors::runtime_figures& f) {
  add_demand(page, f);
  add_in_flight(page, f);
  add_tenants(page, f);
}

} // namespace rota::daemon
