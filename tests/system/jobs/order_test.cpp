// The order of jobs and tenants, and the positions that are reported.
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <string>

using namespace rota::tests;

namespace {

std::string place(test_client& client, const std::string& id) {
  const auto job = get(client, id);
  return job.at("/position").raw() + "/" + job.at("/global_position").raw();
}

} // namespace

TEST_CASE("Tenants with equal weights take turns, whoever pushed first") {
  running_daemon d;
  std::vector<std::string> ids;
  for (const auto* tenant : {"u1", "u2", "u3"})
    for (const auto& id : push_many(d.client, "t", tenant, 2))
      ids.push_back(id);
  std::vector<std::string> order;
  for (const auto& lease : pop(d.client, R"("leases":6)"))
    order.push_back(lease.text("/jobs/0/id"));
  CHECK(order == std::vector{ids[0], ids[2], ids[4], ids[1], ids[3], ids[5]});
}

TEST_CASE("A tenant of weight 3 gets three turns for one of weight 1") {
  running_daemon d;
  d.client.call("tenant.put", R"({"name":"heavy","weight":3})");
  push_many(d.client, "t", "heavy", 400);
  push_many(d.client, "t", "light", 400);
  std::map<std::string, int> turns;
  for (const auto& lease : pop(d.client, R"("leases":400)"))
    ++turns[lease.text("/tenant")];
  CHECK(std::abs(turns["heavy"] - 300) <= 2);
  CHECK(turns["heavy"] + turns["light"] == 400);
}

TEST_CASE("No job is handed out twice to workers who ask at the same time") {
  running_daemon d;
  for (int i = 0; i < 100; ++i)
    for (const auto* tenant : {"u1", "u2", "u3"})
      push(d.client, "t", tenant);
  std::vector<test_client> workers;
  for (int i = 0; i < 8; ++i)
    workers.emplace_back(d.rotad.endpoint());
  std::map<std::string, int> seen;
  for (int round = 0; round < 40; ++round) {
    std::vector<std::int64_t> asked;
    for (auto& worker : workers)
      asked.push_back(worker.send("job.pop", R"({"worker":"w"})"));
    for (std::size_t i = 0; i < workers.size(); ++i)
      for (const auto& lease : workers[i].result(asked[i]).elements("/leases"))
        ++seen[lease.text("/jobs/0/id")];
  }
  CHECK(seen.size() == 300);
  CHECK(std::all_of(seen.begin(), seen.end(), [](const auto& s) { return s.second == 1; }));
}

TEST_CASE("Each of three tenants with one job is the first of its queue, and 1 to 3 over all") {
  running_daemon d;
  const auto a = push(d.client, "t", "u1");
  const auto b = push(d.client, "t", "u2");
  const auto c = push(d.client, "t", "u3");
  CHECK(place(d.client, a) == "1/1");
  CHECK(place(d.client, b) == "1/2");
  CHECK(place(d.client, c) == "1/3");
  cancel(d.client, a);
  CHECK(place(d.client, a) == "null/null");
  CHECK(place(d.client, b) == "1/1");
  CHECK(place(d.client, c) == "1/2");
  const auto running = pop_one(d.client).text("/jobs/0/id");
  CHECK(running == b);
  CHECK(place(d.client, b) == "null/null");
  CHECK(place(d.client, c) == "1/1");
}

TEST_CASE("A position doesn't grow because another tenant pushes, and places over all interleave") {
  running_daemon d;
  const auto first = push_many(d.client, "t", "u1", 10);
  for (int i = 0; i < 10; ++i)
    CHECK(place(d.client, first[i]) == std::to_string(i + 1) + "/" + std::to_string(i + 1));
  const auto second = push_many(d.client, "t", "u2", 10);
  for (int i = 0; i < 10; ++i) {
    CHECK(place(d.client, first[i]) == std::to_string(i + 1) + "/" + std::to_string(2 * i + 1));
    CHECK(place(d.client, second[i]) == std::to_string(i + 1) + "/" + std::to_string(2 * i + 2));
  }
}

TEST_CASE("The fairness that server.stats reports keeps its bound") {
  running_daemon d;
  d.client.call("tenant.put", R"({"name":"u1","weight":2})");
  d.client.call("type.put", R"({"name":"t","batch":{"max_size":50}})");
  push_many(d.client, "t", "u1", 1000);
  push_many(d.client, "t", "u2", 500);
  push_many(d.client, "s", "u2", 100);
  while (!pop(d.client, R"("leases":7,"max_jobs":50)").empty())
    continue;
  const auto stats = d.client.call("server.stats");
  CHECK(stats.integer("/running") == 1600);
  for (const auto& pool : stats.elements("/pools")) {
    INFO(pool);
    CHECK(pool.number("/fairness/ratio") <= 1.0);
  }
}

// -- limits ---------------------------------------------------------------------------------------

TEST_CASE("A limit lowered below what runs ends nothing, and nothing new starts until it is kept") {
  running_daemon d;
  push_many(d.client, "t", "acme", 4);
  const auto leases = pop(d.client, R"("leases":3)");
  REQUIRE(leases.size() == 3);
  d.client.call("type.put", R"({"name":"t","max_running":1})");
  CHECK(d.client.call("job.list", R"({"state":"running"})").size("/jobs") == 3);
  complete(d.client, leases[0]);
  complete(d.client, leases[1]);
  CHECK(pop(d.client).empty());
  CHECK(complete(d.client, leases[2]) == "succeeded");
  CHECK(pop(d.client).size() == 1);
}

TEST_CASE("A pool hands out no more slots than it has, and keeps some for what long did not fit") {
  running_daemon d;
  d.client.call("pool.put", R"({"slots":2,"reserve_after_ms":0})");
  push(d.client, "t", "light");
  const auto light = pop_one(d.client);
  const auto heavy = push(d.client, "t", "heavy", R"("slots":2)");
  CHECK(pop(d.client).empty());
  CHECK(reason_of(d.client, heavy) == "no_capacity");
  const auto next = push(d.client, "t", "light");
  CHECK(pop(d.client).empty());
  CHECK(reason_of(d.client, next) == "reserved");
  complete(d.client, light);
  CHECK(pop_one(d.client).text("/jobs/0/id") == heavy);
  CHECK(d.client.error_kind(
            "job.push", R"({"jobs":[{"type":"t","tenant":"light","slots":2.5}]})") == "too_large");
}
