// Lists over many queues, from memory and from history.
#include "tests/support/eventually.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace rota::tests;

namespace {

/// A daemon whose ended jobs leave memory quickly.
struct evicting_daemon {
  running_daemon d;

  explicit evicting_daemon(const std::string& more = "")
      : d{{}, "{\"snapshot_ms\":1" + more + "}"} {}

  /// Returns true once snapshots cover everything: history then has all ended jobs.
  bool settled() {
    return eventually([&] { return stat_of(d.client, "/journal/dirty_queues") == 0; });
  }
};

/// Reads a list in pages of `limit`; returns the text at `member` of each element.
std::vector<std::string> walk(test_client& client, const std::string& method,
                              const std::string& array, const std::string& member,
                              const std::string& filter, int limit) {
  std::vector<std::string> found;
  for (const auto& page : pages_of(client, method, filter + "\"limit\":" + std::to_string(limit))) {
    CHECK(page.size(array) <= static_cast<std::size_t>(limit));
    for (const auto& element : page.elements(array))
      found.push_back(element.text(member));
  }
  return found;
}

std::vector<std::string> jobs(test_client& client, const std::string& filter, int limit) {
  return walk(client, "job.list", "/jobs", "/id", filter, limit);
}

} // namespace

TEST_CASE("Pages of a list of jobs hold each job once, by queue and then oldest first") {
  running_daemon d;
  std::vector<std::string> all, of_b, of_u7;
  for (int i = 0; i < 30; ++i)
    for (const auto* type : {"a", "b"}) {
      const auto tenant = "u" + std::to_string(i);
      for (const auto& id : push_many(d.client, type, tenant, 3)) {
        all.push_back(id);
        if (*type == 'b')
          of_b.push_back(id);
        if (i == 7)
          of_u7.push_back(id);
      }
    }
  for (const int limit : {1, 7, 180, 1000}) {
    CHECK(jobs(d.client, "", limit) == all);
    CHECK(jobs(d.client, R"("type":"b",)", limit) == of_b);
    CHECK(jobs(d.client, R"("tenant":"u7",)", limit) == of_u7);
  }
  CHECK(jobs(d.client, R"("state":"running",)", 5).empty());
  CHECK(d.client.error_kind("job.list", R"({"cursor":"what"})") == "invalid");
  CHECK(d.client.error_kind("job.list", R"({"state":"ended"})") == "invalid");
}

TEST_CASE("A list of queues counts their jobs, in pages") {
  running_daemon d;
  std::vector<std::string> tenants;
  for (int i = 0; i < 20; ++i) {
    tenants.push_back("u" + std::to_string(i));
    push_many(d.client, "t", tenants.back(), 2);
  }
  for (const int limit : {1, 6, 20, 100})
    CHECK(walk(d.client, "queue.list", "/queues", "/tenant", "", limit) == tenants);
  pop_one(d.client);
  push(d.client, "t", "u0", R"("delay_ms":3600000)");
  const auto queue = d.client.call("queue.list", R"({"tenant":"u0"})").at("/queues/0");
  CHECK(queue.integer("/ready") == 1);
  CHECK(queue.integer("/running") == 1);
  CHECK(queue.integer("/delayed") == 1);
  CHECK(queue.integer("/oldest_ready_ms") >= 0);
}

TEST_CASE("Jobs are found and listed when they have left memory") {
  evicting_daemon f;
  auto& c = f.d.client;
  std::vector<std::string> all, succeeded, failed;
  for (int i = 0; i < 60; ++i) {
    all.push_back(push(c, "t", "acme", "\"payload\":" + std::to_string(i)));
    const auto lease = pop_one(c);
    const bool good = i % 3 != 0;
    complete(c, lease,
             good ? R"("outcome":"succeeded")" : R"("outcome":"failed","retryable":false)");
    (good ? succeeded : failed).push_back(all.back());
  }
  REQUIRE(f.settled());
  const auto waiting = push(c, "t", "acme");
  all.push_back(waiting);
  for (const int limit : {1, 7, 100}) {
    CHECK(jobs(c, "", limit) == all);
    CHECK(jobs(c, R"("state":"succeeded",)", limit) == succeeded);
    CHECK(jobs(c, R"("state":"failed",)", limit) == failed);
    CHECK(jobs(c, R"("state":"ready",)", limit) == std::vector{waiting});
  }
  CHECK(get(c, all[5]).integer("/payload") == 5);
  CHECK(reason_of(c, all[5]) == "ended");
  CHECK(cancel(c, all[5]).texts("/wrong_state") == std::vector{all[5]});
  f.d.restart();
  CHECK(jobs(c, R"("tenant":"acme",)", 9) == all);
}

TEST_CASE("Dead jobs are retried after they have left memory, by id and by tenant") {
  evicting_daemon f;
  auto& c = f.d.client;
  const auto fail_all = [&] {
    for (const auto& lease : pop(c, R"("leases":100)"))
      complete(c, lease, R"("outcome":"failed","retryable":false)");
    REQUIRE(f.settled());
  };
  auto ids = push_many(c, "t", "acme", 5);
  const auto good = push(c, "t", "umbrella");
  complete(c, pop_one(c, R"("types":["t"])")); // The first job of either tenant.
  fail_all();
  const auto ended_well = jobs(c, R"("state":"succeeded",)", 10).front();
  auto answer = c.call("job.retry", list_params("ids", {ids[3], ended_well, "j1-zzz"}));
  CHECK(answer.texts("/retried") == std::vector{ids[3]});
  CHECK(answer.texts("/wrong_state") == std::vector{ended_well});
  CHECK(answer.texts("/not_found") == std::vector<std::string>{"j1-zzz"});
  CHECK(get(c, ids[3]).integer("/attempts") == 0);
  fail_all();

  answer = c.call("job.retry", R"({"type":"t","limit":2})");
  CHECK(answer.size("/retried") == 2);
  CHECK(answer.boolean("/more"));
  answer = c.call("job.retry", R"({"type":"t"})");
  CHECK(answer.size("/retried") == 3);
  CHECK(!answer.boolean("/more"));
  CHECK(c.call("job.retry", R"({"type":"t"})").size("/retried") == 0);
  CHECK(pop(c, R"("leases":100)").size() == 5);
  CHECK(jobs(c, "", 2).size() == 6);
  CHECK(good != "");
}

TEST_CASE("History keeps as many jobs as history_jobs") {
  evicting_daemon f{R"(,"history_jobs":20)"};
  auto& c = f.d.client;
  std::vector<std::string> ids;
  for (int i = 0; i < 30; ++i) {
    for (const auto& id : push_many(c, "t", "acme", 10))
      ids.push_back(id);
    for (const auto& lease : pop(c, R"("leases":10)"))
      complete(c, lease);
    REQUIRE(f.settled());
  }
  CHECK(eventually([&] { return jobs(c, "", 1000).size() <= 40; }));
  CHECK(c.error_kind("job.get", "{\"id\":" + json_string(ids.front()) + "}") == "not_found");
  CHECK(state_of(c, ids.back()) == "succeeded");
}
