// The state that a daemon recovers after any kind of end.
#include "tests/system/support/raw_connection.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace rota::tests;

TEST_CASE("What was answered is there after a kill and after a proper end") {
  running_daemon d;
  auto& c = d.client;
  for (const int signal : {SIGKILL, SIGTERM, SIGKILL, SIGKILL}) {
    const auto ready = push(c, "a", "acme", R"("payload":{"n":1},"priority":3)");
    const auto ended = push(c, "b", "acme");
    complete(c, pop_one(c, R"("types":["b"])"), R"("outcome":"succeeded","result":[2])");
    const auto failed = push(c, "b", "acme");
    complete(c, pop_one(c, R"("types":["b"])"),
             R"("outcome":"failed","retryable":false,"error":{"message":"m"})");
    const auto delayed = push(c, "a", "acme", R"("delay_ms":3600000)");
    const auto cancelled = push(c, "a", "umbrella");
    cancel(c, cancelled);
    const std::vector ids{ready, ended, failed, delayed, cancelled};
    const auto seen = [&] {
      std::vector<std::string> all;
      all.reserve(ids.size());
      for (const auto& id : ids)
        all.push_back(get(c, id).raw());
      return all;
    };
    const auto before = seen();
    d.restart(signal);
    CHECK(seen() == before);
    pop_one(c, R"("types":["a"])");
  }
}

TEST_CASE("A proper end exits with 0, also while pops wait and connections are open") {
  running_daemon d;
  CHECK(d.rotad.terminate() == 0);
  d.rotad.start();
  raw_connection idle{d.rotad.endpoint()};
  raw_connection waiting{d.rotad.endpoint()};
  waiting.send(request_text("1", "job.pop", R"({"worker":"w","wait_ms":3600000})") + "\n");
  waiting.ask(request_text("2", "server.info"));
  CHECK(d.rotad.terminate() == 0);
  CHECK(idle.is_closed());
}

TEST_CASE("A daemon that is stopping grants nothing more, also to pops that wait") {
  running_daemon d;
  raw_connection waiting{d.rotad.endpoint()};
  waiting.send(request_text("1", "job.pop", R"({"worker":"w","wait_ms":3600000})") + "\n");
  waiting.ask(request_text("2", "server.info"));
  // Ready within the second in which a stopping daemon still sends open answers.
  const auto id = push(d.client, "t", "acme", R"("delay_ms":600)");
  CHECK(d.rotad.terminate() == 0);
  d.start();
  CHECK(get(d.client, id).number("/attempts") == 0);
}

TEST_CASE("A lease goes on after a restart, and its result is taken") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","batch":{"max_size":3}})");
  const auto ids = push_many(d.client, "t", "acme", 3);
  const auto lease = pop_one(d.client, R"("max_jobs":3)");
  for (const int signal : {SIGKILL, SIGTERM}) {
    d.restart(signal);
    CHECK(state_of(d.client, ids[1]) == "running");
    CHECK(pop(d.client).empty());
    CHECK(d.client.call("job.extend", lease_params(lease)).size("/extended") == 1);
  }
  CHECK(complete(d.client, lease) == "succeeded");
  d.restart();
  CHECK(state_of(d.client, ids[2]) == "succeeded");
  CHECK(complete(d.client, lease) == "lease_lost");
}

TEST_CASE("A lease found again has at least its whole time from the restart on") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","max_crashes":0})");
  const auto id = push(d.client, "t", "acme");
  pop_one(d.client, R"("lease_ms":300)");
  d.restart();
  const auto started = time_us(d.client.call("server.info").text("/started_at"));
  REQUIRE(becomes(d.client, id, "failed"));
  CHECK(time_us(get(d.client, id).text("/finished_at")) - started >= 300'000);
}

TEST_CASE("Limits count what ran before the restart") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","max_running":2})");
  d.client.call("key.put", R"({"key":"k","max_running":1})");
  push_many(d.client, "t", "acme", 3);
  push_many(d.client, "u", "acme", 2, R"("concurrency_key":"k")");
  REQUIRE(pop(d.client, R"("leases":5)").size() == 3);
  d.restart();
  CHECK(pop(d.client, R"("leases":5)").empty());
  CHECK(stat_of(d.client, "/running") == 3);
}

TEST_CASE("A rate doesn't start anew with a restart") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","rate":{"per_second":0.001,"burst":2}})");
  push_many(d.client, "t", "acme", 4);
  CHECK(pop(d.client, R"("leases":5)").size() == 2);
  d.restart();
  CHECK(pop(d.client, R"("leases":5)").empty());
}

TEST_CASE("A tenant that had its turns before a restart doesn't get them again") {
  running_daemon d;
  push_many(d.client, "t", "early", 20);
  REQUIRE(pop(d.client, R"("leases":10)").size() == 10);
  push_many(d.client, "t", "late", 20);
  REQUIRE(pop(d.client, R"("leases":2)").size() == 2);
  d.restart();
  int late = 0;
  for (const auto& lease : pop(d.client, R"("leases":10)"))
    late += lease.text("/tenant") == "late" ? 1 : 0;
  CHECK(late >= 4);
  CHECK(late <= 6);
}

TEST_CASE("The first answer after a restart counts all that waits") {
  running_daemon d;
  std::string jobs;
  for (int tenant = 0; tenant < 2000; ++tenant)
    jobs +=
        (tenant == 0 ? "" : ",") + (R"({"type":"t","tenant":"u)" + std::to_string(tenant) + "\"}");
  d.client.call("job.push", R"({"jobs":[)" + jobs + "]}");
  for (int start = 0; start < 5; ++start) {
    d.restart();
    CHECK(stat_of(d.client, "/ready") == 2000);
  }
}

TEST_CASE("Ids of one run never come again in the next") {
  running_daemon d;
  std::vector<std::string> ids;
  for (int start = 0; start < 4; ++start) {
    for (const auto& id : push_many(d.client, "t", "acme", 3)) {
      CHECK(std::find(ids.begin(), ids.end(), id) == ids.end());
      ids.push_back(id);
    }
    d.restart();
  }
  CHECK(stat_of(d.client, "/ready") == 12);
}
