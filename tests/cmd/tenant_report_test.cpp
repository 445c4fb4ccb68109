#include "cmd/rota/tenant_report.hpp"

#include <catch2/catch.hpp>

using namespace rota;
using namespace rota::client;

namespace {

listed_job read(const std::string& text) { return read_listed_job(json_value{text}); }

} // namespace

TEST_CASE("A listed job waits from when it was ready, or was pushed, to its last start") {
  const auto waited = read(R"({"tenant":"a","state":"failed","created_at":"1970-01-01T00:00:01Z",
      "ready_at":"1970-01-01T00:00:02Z","started_at":"1970-01-01T00:00:05Z"})");
  CHECK(waited.tenant == "a");
  CHECK(waited.ended == listed_job::outcome::failed);
  CHECK(waited.ready_us == 2'000'000);
  CHECK(waited.started_us == 5'000'000);
  const auto retried = read(R"({"tenant":"a","state":"ready","created_at":"1970-01-01T00:00:01Z",
      "ready_at":"1970-01-01T00:00:09Z","started_at":"1970-01-01T00:00:05Z"})");
  CHECK(retried.ended == listed_job::outcome::open);
  CHECK(retried.ready_us == 1'000'000);
}

TEST_CASE("The tenants' report has waits, and shares only of the starts while all tenants waited") {
  using outcome = listed_job::outcome;
  std::vector<listed_job> jobs;
  // Both tenants arrive at 1 ms: big with eight jobs, small with two. They take turns.
  const std::vector<std::int64_t> big{10, 30, 50, 60, 70, 80, 90, 100};
  for (const auto start : big) {
    jobs.push_back({"big", outcome::succeeded, 1000, start * 1000});
  }
  jobs.push_back({"small", outcome::failed, 1000, 20000});
  jobs.push_back({"small", outcome::succeeded, 1000, 40000});
  const auto report = report_tenants(jobs, {{"small", 2.0}});
  REQUIRE(report.tenants.size() == 2);
  CHECK(report.tenants[0].name == "big");
  CHECK(report.tenants[0].counts.jobs == 8);
  CHECK(report.tenants[0].wait_p50_ms == 59);
  CHECK(report.tenants[1].counts.failed == 1);
  CHECK(report.tenants[1].weight == 2);
  CHECK(report.tenants[1].wait_p99_ms == 39);
  CHECK(report.turns_contested == 4);
  CHECK(report.tenants[0].turns_contested == 2);
  CHECK(report.tenants[1].turns_contested == 2);
}

TEST_CASE("The tenants' report is a table, one line of counts, or JSON") {
  using outcome = listed_job::outcome;
  const std::vector<listed_job> jobs{{"a", outcome::succeeded, 1000, 5000},
                                     {"a", outcome::open, 1000, 0},
                                     {"b", outcome::cancelled, 1000, 0}};
  CHECK(text_of(count_outcomes(jobs)) == "3 jobs: 1 succeeded, 0 failed, 1 cancelled, 1 open\n");
  CHECK(json_of(count_outcomes(jobs)) ==
        R"({"jobs":3,"succeeded":1,"failed":0,"cancelled":1,"open":1})");
  const auto report = report_tenants(jobs, {{"b", 3.0}});
  CHECK(
      text_of(report) ==
      "tenant  jobs  failed  open  wait p50 ms  wait p99 ms  share while all waited  by weight\n"
      "a          2       0     1            4            4  -                           25.0%\n"
      "b          1       0     0            0            0  -                           75.0%\n");
  CHECK(at_pointer(json_value{json_of(report)}, "/tenants/0/wait_p50_ms")->as_double() == 4);
}
