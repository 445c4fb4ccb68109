// The metrics of a real daemon: tests cause events and then read the page.
#include "tests/support/eventually.hpp"
#include "tests/support/metrics_text.hpp"
#include "tests/system/support/http.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <iostream>

using namespace rota::tests;

namespace {

struct metrics_daemon : running_daemon {
  explicit metrics_daemon(std::vector<std::string> arguments = {})
      : running_daemon(with_http(std::move(arguments))) {}

  std::string page() const { return http_get(rotad.http(), "/metrics").body; }

  /// Waits until the series has this value; a page may be a quarter of a second old.
  bool shows(const std::string& name, double value) const {
    return eventually([&] { return series(page(), name) == value; }, std::chrono::seconds{10});
  }

private:
  static std::vector<std::string> with_http(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--http", "127.0.0.1:0"});
    return arguments;
  }
};

} // namespace

TEST_CASE("The page of a busy daemon pleases promtool") {
  metrics_daemon d;
  d.client.call("tenant.put", R"({"name":"acme","max_running":3,"max_queued":50})");
  d.client.call("type.put", R"({"name":"mail","max_running":5})");
  push_many(d.client, "mail", "acme", 10);
  complete(d.client, pop_one(d.client));
  const auto reply = http_get(d.rotad.http(), "/metrics");
  CHECK(reply.fields.at("content-type") == "text/plain; version=0.0.4; charset=utf-8");
  const auto flaws = flaws_of_metrics(reply.body);
  if (!flaws)
    std::cout << "SKIPPED: promtool isn't installed\n";
  else
    CHECK(*flaws == "");
}

TEST_CASE("The page shows each state of a job") {
  metrics_daemon d;
  push_many(d.client, "mail", "acme", 3);
  push(d.client, "mail", "acme", R"("delay_ms":3600000)");
  CHECK(d.shows(R"(rota_jobs{state="ready",type="mail"})", 3));
  CHECK(d.shows(R"(rota_jobs{state="delayed",type="mail"})", 1));
  CHECK(d.shows(R"(rota_jobs_pushed_total{type="mail"})", 4));
  CHECK(d.shows(R"(rota_demand_jobs{reason="no_worker",type="mail"})", 3));
  CHECK(d.shows(R"(rota_tenant_ready_jobs{pool="default",tenant="acme"})", 3));

  const auto first = pop_one(d.client);
  const auto second = pop_one(d.client);
  CHECK(d.shows(R"(rota_jobs{state="running",type="mail"})", 2));
  CHECK(d.shows(R"(rota_in_flight{type="mail"})", 2));
  CHECK(d.shows(R"(rota_demand_jobs{reason="waiting_turn",type="mail"})", 1));
  CHECK(d.shows(R"(rota_job_wait_seconds_count{type="mail"})", 2));

  complete(d.client, first);
  complete(d.client, second, R"("outcome":"failed","error":{"message":"no"},"retryable":false)");
  CHECK(d.shows(R"(rota_jobs_ended_total{outcome="succeeded",type="mail"})", 1));
  CHECK(d.shows(R"(rota_jobs_ended_total{outcome="failed",type="mail"})", 1));
  CHECK(d.shows(R"(rota_job_run_seconds_count{type="mail"})", 2));
  CHECK(d.shows(R"(rota_pool_slots_used{pool="default"})", 0));
  CHECK(d.shows(R"(rota_tenant_served_cost_total{pool="default",tenant="acme"})", 2));
}

TEST_CASE("A worker that goes silent shows as an expired lease and a crash") {
  metrics_daemon d;
  push(d.client, "t", "acme");
  pop_one(d.client, R"("lease_ms":50)");
  CHECK(d.shows(R"(rota_lease_expiries_total{type="t"})", 1));
  CHECK(d.shows(R"(rota_crashes_total{type="t"})", 1));
}

TEST_CASE("The age of the oldest ready job grows from when it became ready") {
  metrics_daemon d;
  const auto before = std::chrono::steady_clock::now();
  push(d.client, "t", "acme");
  const auto pushed = std::chrono::steady_clock::now();
  const auto age = [&] { return series(d.page(), R"(rota_oldest_ready_age_seconds{type="t"})"); };
  CHECK(eventually([&] { return age() > 0.5; }));
  const auto shown = *age();
  const std::chrono::duration<double> most = std::chrono::steady_clock::now() - before;
  CHECK(shown <= most.count());
  CHECK(eventually([&] {
    const std::chrono::duration<double> least = std::chrono::steady_clock::now() - pushed;
    return age() > least.count() - 0.3; // A page may be a quarter of a second old.
  }));
  complete(d.client, pop_one(d.client));
  CHECK(d.shows(R"(rota_oldest_ready_age_seconds{type="t"})", 0));
}

TEST_CASE("Requests, refusals and connections are counted") {
  metrics_daemon d;
  d.client.call("tenant.put", R"({"name":"small","max_queued":1})");
  CHECK(d.client.error_kind("job.push", R"({"jobs":[{"type":"t","tenant":"small","payload":1},
                                                    {"type":"t","tenant":"small","payload":2}]})") ==
        "queue_full");
  push(d.client, "t", "small");
  raw_connection other{d.rotad.endpoint()};
  other.ask("no json");
  CHECK(d.shows(R"(rota_pushes_refused_total{limit="max_queued"})", 1));
  CHECK(d.shows(R"(rota_requests_total{method="job.push",outcome="ok"})", 1));
  CHECK(d.shows(R"(rota_requests_total{method="job.push",outcome="queue_full"})", 1));
  CHECK(d.shows(R"(rota_requests_total{method="unknown",outcome="parse"})", 1));
  CHECK(d.shows("rota_connections", 2));
  CHECK(d.shows("rota_connections_total", 2));
  other.reset();
  CHECK(d.shows("rota_connections", 1));
}

TEST_CASE("The histograms of the journal count commits") {
  metrics_daemon d;
  push(d.client, "t", "acme"); // Opens the queue, which is an event of its own.
  CHECK(d.shows(R"(rota_jobs{state="ready",type="t"})", 1));
  const auto before = series(d.page(), "rota_journal_events_total").value();
  push_many(d.client, "t", "acme", 100);
  CHECK(d.shows("rota_journal_events_total", before + 100));
  CHECK(series(d.page(), "rota_journal_commit_seconds_count") ==
        series(d.page(), "rota_journal_commit_size_bytes_count"));
  CHECK(eventually([&] { return series(d.page(), "rota_snapshot_lag_seconds") > 0.2; }));
}

TEST_CASE("A process of the standard executor shows as a start and its slot") {
  metrics_daemon d;
  d.client.call("type.put",
                R"({"name":"run","executor":{"name":"process","command":["sleep","30"]}})");
  const auto id = push(d.client, "run", "acme");
  CHECK(becomes(d.client, id, "running"));
  CHECK(d.shows(R"(rota_executor_starts_total{executor="process",outcome="started"})", 1));
  CHECK(d.shows(R"(rota_executor_attempts{executor="process",state="running"})", 1));
  CHECK(d.shows(R"(rota_pool_slots_used{pool="process"})", 1));
  CHECK(eventually([&] {
    return series(d.page(), R"(rota_executor_polls_total{executor="process",outcome="answered"})") >
           0;
  }));
  cancel(d.client, id);
  CHECK(becomes(d.client, id, "cancelled"));
  CHECK(d.shows(R"(rota_jobs_ended_total{outcome="cancelled",type="run"})", 1));
  CHECK(d.shows(R"(rota_pool_slots_used{pool="process"})", 0));
}

TEST_CASE("Tenants are named up to the bound of the settings, and all counted") {
  temporary_folder folder;
  metrics_daemon d{{"--config", folder.write("c.json", R"({"metrics_tenants":2})").string()}};
  for (int i = 1; i <= 5; ++i)
    push_many(d.client, "t", "tenant" + std::to_string(i), static_cast<std::size_t>(i));
  CHECK(d.shows("rota_tenants", 5));
  const auto page = d.page();
  CHECK(series(page, R"(rota_tenant_ready_jobs{pool="default",tenant="tenant5"})") == 5);
  CHECK(series(page, R"(rota_tenant_ready_jobs{pool="default",tenant="tenant4"})") == 4);
  CHECK_FALSE(series(page, R"(rota_tenant_ready_jobs{pool="default",tenant="tenant3"})"));
}
