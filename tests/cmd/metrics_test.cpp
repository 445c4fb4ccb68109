// Figures as metrics: each figure appears in its metric.
#include "cmd/rotad/metrics/daemon_metrics.hpp"
#include "cmd/rotad/metrics/runtime_metrics.hpp"
#include "tests/support/metrics_text.hpp"

#include <catch2/catch.hpp>

#include <iostream>
#include <span>

using namespace rota;
using namespace rota::daemon;
using namespace std::chrono_literals;
using engine::job_counter;
using engine::wait_reason;
using tests::series;

namespace {

/// All figures have different values, so that none can be mistaken for another.
actors::runtime_figures all_different() {
  actors::runtime_figures f;
  f.now = engine::from_us(100'000'000);
  auto& t = f.types.emplace_back();
  t.type = "mail";
  t.jobs = {101, 102, 103};
  for (std::size_t i = 0; i < t.happened.size(); ++i)
    t.happened[i] = 200 + i;
  t.waits.add(2'000);
  t.waits.add(90'000'000'000);
  t.runs.add(500'000);
  auto& d = f.demand.emplace_back();
  d.type = "mail";
  d.pool = "default";
  for (std::size_t i = 0; i < d.ready.size(); ++i)
    d.ready[i] = 300 + i;
  d.oldest_ready = engine::from_us(58'000'000);
  d.in_flight = 401;
  d.max_running = 402;
  auto& u = f.demand.emplace_back(); // a type without ready jobs and limits
  u.type = "idle";
  f.tenants.push_back({"acme", "default", 501, 502, 503, engine::micro::of(504), {}, {}, 505});
  f.tenants_with_work = 506;
  engine::pool_view pool;
  pool.pool = "default";
  pool.slots_used = engine::micro::of(601);
  pool.slots = engine::micro::of(602);
  pool.asks_waiting = 603;
  pool.fairness = {0.5, 2, 0.25};
  f.pools = {pool};
  actors::executor_health health;
  health.starting = 701;
  health.running = 702;
  health.orphans = 703;
  health.starts = 704;
  health.starts_refused = 705;
  health.starts_failed = 706;
  health.polls = 707;
  health.polls_failed = 708;
  health.lost = 709;
  f.executors.emplace_back("process", health);
  health.poll_error = "no answer";
  f.executors.emplace_back("ill", health);
  f.loads = {{"arbiter", "", 801}, {"runner", "process", 802}};
  f.journal.commit_times.add(2'000);
  f.journal.commit_sizes.add(5'000);
  f.journal.events = 902;
  f.journal.cuts = 903;
  f.journal.uncut_bytes = 904;
  f.journal.dirty_queues = 905;
  f.journal.snapshot_lag = 1500ms;
  f.journal.history_jobs = 906;
  f.refused = {1001, 1002};
  f.waiting_bytes = 1003;
  f.waiting_bytes_max = 1004;
  f.queues = 1005;
  f.draining = true;
  return f;
}

/// Checks the page with promtool, if it is installed.
void check_with_promtool(const std::string& page) {
  const auto flaws = tests::flaws_of_metrics(page);
  if (!flaws)
    std::cout << "SKIPPED: promtool isn't installed\n";
  else
    CHECK(*flaws == "");
}

void check_series(const std::string& page,
                  std::span<const std::pair<const char*, double>> expected) {
  INFO(page);
  for (const auto& [name, value] : expected) {
    INFO(name);
    REQUIRE(series(page, name));
    CHECK(*series(page, name) == value);
  }
}

} // namespace

TEST_CASE("each figure of the runtime is one series") {
  const auto page = runtime_metrics(all_different());
  const std::pair<const char*, double> expected[] = {
      {R"(rota_jobs{state="ready",type="mail"})", 101},
      {R"(rota_jobs{state="delayed",type="mail"})", 102},
      {R"(rota_jobs{state="running",type="mail"})", 103},
      {R"(rota_jobs_pushed_total{type="mail"})", 200 + int(job_counter::pushed)},
      {R"(rota_jobs_dispatched_total{type="mail"})", 200 + int(job_counter::dispatched)},
      {R"(rota_dispatches_total{type="mail"})", 200 + int(job_counter::lease_begun)},
      {R"(rota_lease_expiries_total{type="mail"})", 200 + int(job_counter::lease_expired)},
      {R"(rota_crashes_total{type="mail"})", 200 + int(job_counter::crashed)},
      {R"(rota_retries_total{type="mail"})", 200 + int(job_counter::retried)},
      {R"(rota_deferrals_total{type="mail"})", 200 + int(job_counter::deferred)},
      {R"(rota_releases_total{type="mail"})", 200 + int(job_counter::released)},
      {R"(rota_revivals_total{type="mail"})", 200 + int(job_counter::revived)},
      {R"(rota_jobs_ended_total{outcome="succeeded",type="mail"})",
       200 + int(job_counter::succeeded)},
      {R"(rota_jobs_ended_total{outcome="failed",type="mail"})", 200 + int(job_counter::failed)},
      {R"(rota_jobs_ended_total{outcome="cancelled",type="mail"})",
       200 + int(job_counter::cancelled)},
      {R"(rota_job_wait_seconds_count{type="mail"})", 2},
      {R"(rota_job_wait_seconds_sum{type="mail"})", 90'000.002},
      {R"(rota_job_wait_seconds_bucket{type="mail",le="0.001"})", 0},
      {R"(rota_job_wait_seconds_bucket{type="mail",le="0.003"})", 1},
      {R"(rota_job_wait_seconds_bucket{type="mail",le="0.1"})", 1},
      {R"(rota_job_wait_seconds_bucket{type="mail",le="86400"})", 1},
      {R"(rota_job_wait_seconds_bucket{type="mail",le="+Inf"})", 2},
      {R"(rota_job_run_seconds_sum{type="mail"})", 0.5},
      {R"(rota_demand_jobs{reason="paused",type="mail"})", 300 + int(wait_reason::paused)},
      {R"(rota_demand_jobs{reason="no_worker",type="mail"})", 300 + int(wait_reason::no_worker)},
      {R"(rota_demand_jobs{reason="waiting_turn",type="mail"})",
       300 + int(wait_reason::waiting_turn)},
      {R"(rota_oldest_ready_age_seconds{type="mail"})", 42},
      {R"(rota_oldest_ready_age_seconds{type="idle"})", 0},
      {R"(rota_in_flight{type="mail"})", 401},
      {R"(rota_in_flight_limit{type="mail"})", 402},
      {R"(rota_tenant_ready_jobs{pool="default",tenant="acme"})", 501},
      {R"(rota_tenant_in_flight{pool="default",tenant="acme"})", 502},
      {R"(rota_tenant_served_cost_total{pool="default",tenant="acme"})", 504},
      {R"(rota_tenant_in_flight_limit{tenant="acme"})", 505},
      {R"(rota_tenants)", 506},
      {R"(rota_pool_slots_used{pool="default"})", 601},
      {R"(rota_pool_slots{pool="default"})", 602},
      {R"(rota_pool_asks_waiting{pool="default"})", 603},
      {R"(rota_fairness_gap{pool="default"})", 0.5},
      {R"(rota_fairness_bound{pool="default"})", 2},
      {R"(rota_fairness_ratio{pool="default"})", 0.25},
      {R"(rota_executor_attempts{executor="process",state="starting"})", 701},
      {R"(rota_executor_attempts{executor="process",state="running"})", 702},
      {R"(rota_executor_attempts{executor="process",state="orphan"})", 703},
      {R"(rota_executor_starts_total{executor="process",outcome="started"})", 704},
      {R"(rota_executor_starts_total{executor="process",outcome="refused"})", 705},
      {R"(rota_executor_starts_total{executor="process",outcome="failed"})", 706},
      {R"(rota_executor_polls_total{executor="process",outcome="answered"})", 707},
      {R"(rota_executor_polls_total{executor="process",outcome="failed"})", 708},
      {R"(rota_executor_lost_total{executor="process"})", 709},
      {R"(rota_executor_healthy{executor="process"})", 1},
      {R"(rota_executor_healthy{executor="ill"})", 0},
      {R"(rota_mailbox_messages{actor="arbiter"})", 801},
      {R"(rota_mailbox_messages{actor="runner",executor="process"})", 802},
      {R"(rota_journal_commit_seconds_sum)", 0.002},
      {R"(rota_journal_commit_seconds_bucket{le="0.001"})", 0},
      {R"(rota_journal_commit_seconds_bucket{le="0.003"})", 1},
      {R"(rota_journal_commit_size_bytes_sum)", 5'000},
      {R"(rota_journal_commit_size_bytes_bucket{le="4096"})", 0},
      {R"(rota_journal_commit_size_bytes_bucket{le="16384"})", 1},
      {R"(rota_journal_events_total)", 902},
      {R"(rota_journal_cuts_total)", 903},
      {R"(rota_journal_uncut_bytes)", 904},
      {R"(rota_dirty_queues)", 905},
      {R"(rota_snapshot_lag_seconds)", 1.5},
      {R"(rota_history_jobs)", 906},
      {R"(rota_pushes_refused_total{limit="max_queued"})", 1001},
      {R"(rota_pushes_refused_total{limit="max_waiting_bytes"})", 1002},
      {R"(rota_waiting_bytes)", 1003},
      {R"(rota_waiting_bytes_limit)", 1004},
      {R"(rota_queues)", 1005},
      {R"(rota_draining)", 1},
  };
  check_series(page, expected);
  CHECK_FALSE(series(page, R"(rota_in_flight_limit{type="idle"})"));
  CHECK_FALSE(series(page, R"(rota_demand_jobs{reason="behind_in_queue",type="mail"})"));
}

TEST_CASE("names of types and tenants cannot break the page") {
  auto f = all_different();
  f.types[0].type = "a\"b\\c{}\n";
  const auto page = runtime_metrics(f);
  CHECK(series(page, R"(rota_jobs{state="ready",type="a\"b\\c{}\n"})") == 101);
  check_with_promtool(page);
}

TEST_CASE("connections and requests are counted by method and outcome") {
  wire_counters wire;
  wire.accepted = 11;
  wire.refused = 12;
  wire.open = 13;
  const auto* push = rota::wire::find_method("job.push");
  wire.answered(push, std::string{"{}"});
  wire.answered(push, std::string{"{}"});
  wire.answered(push, rota::wire::failure(rota::wire::error_kind::queue_full, "full"));
  wire.answered(nullptr, rota::wire::failure(rota::wire::error_kind::parse, "what?"));
  http_counters http;
  http.answers[404] = 14;
  http.open = 15;
  const auto page = daemon_metrics({1'500'000, true, wire, http});
  const std::pair<const char*, double> expected[] = {
      {R"(rota_build_info{version="0.1.0"})", 1},
      {"rota_start_time_seconds", 1.5},
      {"rota_ready", 1},
      {"rota_connections_total", 11},
      {"rota_connections_refused_total", 12},
      {"rota_connections", 13},
      {R"(rota_requests_total{method="job.push",outcome="ok"})", 2},
      {R"(rota_requests_total{method="job.push",outcome="queue_full"})", 1},
      {R"(rota_requests_total{method="unknown",outcome="parse"})", 1},
      {R"(rota_http_requests_total{code="404"})", 14},
      {"rota_http_connections", 15},
  };
  check_series(page, expected);
  check_with_promtool(page + runtime_metrics(all_different()));
}
