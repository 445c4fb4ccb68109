// Settings, pauses, drain and server.info.
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rota::tests;

TEST_CASE("A put changes what it names, null resets, and a refused put changes nothing") {
  running_daemon d;
  auto& c = d.client;
  const auto standard = c.call("type.put", R"({"name":"t"})");
  c.call("type.put", R"({"name":"t","retry":{"base_ms":5},"rate":{"per_second":2},"lease_ms":7,
      "executor":{"name":"process","command":["true"],"env":{"A":"1","B":"2"}}})");
  auto now = c.call("type.put", R"({"name":"t","retry":{"max_ms":9},
      "executor":{"env":{"A":null,"C":"3"}}})");
  CHECK(now.at("/retry") == json{R"({"max_attempts":3,"base_ms":5,"max_ms":9,"jitter":true})"});
  CHECK(now.at("/executor") ==
        json{R"({"name":"process","command":["true"],"env":{"B":"2","C":"3"}})"});
  CHECK(now.integer("/lease_ms") == 7);

  const auto error = c.error("type.put", R"({"name":"t","lease_ms":8,"retry":{"max_ms":4}})");
  CHECK(error.text("/data/path") == "/retry/max_ms");
  CHECK(c.call("type.get", R"({"name":"t"})") == now);
  now = c.call("type.put",
               R"({"name":"t","retry":null,"rate":null,"lease_ms":null,"executor":null})");
  CHECK(now == standard);
}

TEST_CASE("Lists of settings go by name, in pages, and deleted ones are gone") {
  running_daemon d;
  auto& c = d.client;
  for (const auto* name : {"c", "a", "b"})
    c.call("tenant.put", "{\"name\":" + json_string(name) + "}");
  auto page = c.call("tenant.list", R"({"limit":2})");
  CHECK(page.text("/tenants/0/name") == "a");
  CHECK(page.text("/tenants/1/name") == "b");
  page = c.call("tenant.list", "{\"limit\":2,\"cursor\":" + page.at("/cursor").raw() + "}");
  CHECK(page.text("/tenants/0/name") == "c");
  CHECK(page.is_null("/cursor"));
  c.call("tenant.delete", R"({"name":"b"})");
  CHECK(c.call("tenant.list").size("/tenants") == 2);
  CHECK(c.error_kind("tenant.get", R"({"name":"b"})") == "not_found");
  CHECK(c.error_kind("tenant.delete", R"({"name":"b"})") == "not_found");
}

TEST_CASE("What is in use isn't deleted") {
  running_daemon d;
  auto& c = d.client;
  c.call("type.put", R"({"name":"t","executor":{"name":"process"}})");
  c.call("tenant.put", R"({"name":"acme"})");
  push(c, "t", "acme");
  CHECK(c.error("type.delete", R"({"name":"t"})").text("/data/state") == "in_use");
  CHECK(c.error_kind("tenant.delete", R"({"name":"acme"})") == "wrong_state");
  CHECK(c.error_kind("executor.remove", R"({"name":"process"})") == "wrong_state");
}

TEST_CASE("The outside workers' pool is no executor's, and process is always there") {
  running_daemon d;
  auto& c = d.client;
  const auto refused = c.error("executor.put", R"({"name":"default","kind":"process"})");
  CHECK(refused.text("/data/kind") == "invalid");
  CHECK(refused.text("/data/path") == "/name");
  CHECK(c.error_kind("executor.remove", R"({"name":"process"})") == "wrong_state");
  push(c, "t", "acme");
  CHECK(pop(c).size() == 1);
}

TEST_CASE("A pool has at most its executor's slots") {
  running_daemon d;
  auto& c = d.client;
  const auto capacity = [&] { return c.call("executor.list").at("/executors/0/capacity").raw(); };
  c.call("pool.put", R"({"name":"process","slots":8})");
  c.call("executor.put", R"({"name":"process","kind":"process","slots":3})");
  CHECK(capacity() == "3");
  c.call("pool.put", R"({"name":"process","slots":2})");
  CHECK(capacity() == "2");
}

TEST_CASE("A type's executor options have a bound, over several puts, too") {
  running_daemon d;
  auto& c = d.client;
  const auto put = [&](const std::string& name) {
    return R"({"name":"t","executor":{"name":"process","env":{")" + name + R"(":")" +
           std::string(30'000, 'x') + "\"}}}";
  };
  c.call("type.put", put("A"));
  c.call("type.put", put("B"));
  CHECK(c.error("type.put", put("C")).text("/data/path") == "/executor");
}

TEST_CASE("Explain names the missing executor of a type") {
  running_daemon d;
  auto& c = d.client;
  c.call("type.put", R"({"name":"t","executor":{"name":"nowhere","command":["true"]}})");
  const auto id = push(c, "t", "acme");
  CHECK(reason_of(c, id) == "no_worker");
  CHECK(explain(c, id).text("/detail") == "unknown executor nowhere");
}

TEST_CASE("A key is in use while a job with it is ready or runs") {
  running_daemon d;
  auto& c = d.client;
  c.call("key.put", R"({"key":"db","max_running":1})");
  c.call("job.push", R"({"jobs":[{"type":"t","tenant":"acme","concurrency_key":"db"}]})");
  const auto refusal = [&] { return c.error("key.delete", R"({"key":"db"})"); };
  CHECK(refusal().text("/data/state") == "in_use");
  const auto lease = pop_one(c);
  CHECK(refusal().text("/data/kind") == "wrong_state");
  complete(c, lease);
  CHECK(c.call("key.delete", R"({"key":"db"})").text("/deleted") == "db");
  CHECK(refusal().text("/data/kind") == "not_found");
}

TEST_CASE("A job of a type with an executor isn't popped, and is when the type loses it") {
  running_daemon d;
  auto& c = d.client;
  c.call("type.put", R"({"name":"t","executor":{"name":"not-there-yet"}})");
  const auto id = push(c, "t", "acme");
  CHECK(pop(c).empty());
  CHECK(get(c, id).text("/executor") == "not-there-yet");
  c.call("type.put", R"({"name":"t","executor":null})");
  CHECK(pop_one(c).text("/jobs/0/id") == id);
}

TEST_CASE("Settings, pauses and what waits outlive a kill") {
  running_daemon d;
  auto& c = d.client;
  c.call("type.put", R"({"name":"t","max_running":3,"batch":{"max_size":2,"key":"/a/b"}})");
  c.call("tenant.put", R"({"name":"acme","weight":0.5})");
  c.call("tenant.put", R"({"name":"gone"})");
  c.call("tenant.delete", R"({"name":"gone"})");
  c.call("pool.put", R"({"slots":1.5})");
  c.call("key.put", R"({"key":"k","rate":{"per_second":0.25,"burst":3}})");
  c.call("queue.pause", R"({"type":"t","tenant":"acme"})");
  c.call("queue.pause", R"({"type":"t","tenant":"umbrella"})");
  c.call("queue.resume", R"({"type":"t","tenant":"umbrella"})");
  const auto id = push(c, "t", "acme");
  const auto all = [&] {
    std::string text;
    for (const auto* list :
         {"type.list", "tenant.list", "pool.list", "key.list", "executor.list", "queue.list"})
      text += c.call(list).raw();
    const auto end = text.find("\"oldest_ready_ms\"");
    return text.substr(0, end); // Without the age.
  };
  const auto before = all();
  for (const int signal : {SIGKILL, SIGTERM, SIGKILL}) {
    d.restart(signal);
    CHECK(all() == before);
    CHECK(pop(c).empty());
    CHECK(reason_of(c, id) == "paused");
  }
  c.call("queue.resume", R"({"type":"t","tenant":"acme"})");
  CHECK(pop_one(c).text("/jobs/0/id") == id);
}

TEST_CASE("A type, a tenant and a queue are paused each by itself") {
  running_daemon d;
  auto& c = d.client;
  for (const auto* filter :
       {R"({"type":"t"})", R"({"tenant":"acme"})", R"({"type":"t","tenant":"acme"})"}) {
    INFO(filter);
    push(c, "t", "acme");
    c.call("queue.pause", filter);
    CHECK(c.call("queue.list").boolean("/queues/0/paused"));
    CHECK(pop(c).empty());
    test_client worker{d.rotad.endpoint()};
    const auto waiting = worker.send("job.pop", R"({"worker":"w","wait_ms":60000})");
    c.call("queue.resume", filter);
    CHECK(worker.result(waiting).size("/leases") == 1);
  }
  CHECK(c.error_kind("queue.pause") == "invalid");
}

TEST_CASE("While the server drains nothing is handed out, but results and pushes are taken") {
  running_daemon d;
  auto& c = d.client;
  push(c, "t", "acme");
  const auto lease = pop_one(c);
  c.call("server.drain", R"({"on":true})");
  const auto id = push(c, "t", "acme");
  CHECK(pop(c).empty());
  CHECK(complete(c, lease) == "succeeded");
  CHECK(c.call("server.info").boolean("/draining"));
  CHECK(c.call("server.stats").boolean("/draining"));
  CHECK(reason_of(c, id) == "draining");
  d.restart();
  CHECK(!c.call("server.info").boolean("/draining"));
  CHECK(pop_one(c).text("/jobs/0/id") == id);
}

TEST_CASE("The server reports its config and counts its jobs") {
  const std::string config = R"({"history_age_ms":1000,"history_jobs":10,"max_waiting_bytes":100000,
      "max_line_bytes":1000,"max_depth":5,"max_outstanding":6,"max_connections":7,
      "snapshot_ms":8,"orphan_ms":9,"metrics_tenants":10,"plot_ms":1100})";
  running_daemon d{{"--durability", "os"}, config};
  auto& c = d.client;
  const auto info = c.call("server.info");
  CHECK(info.at("/limits") == json{config});
  CHECK(info.text("/durability") == "os");
  push_many(c, "t", "acme", 3, R"("payload":"12345678")");
  push(c, "t", "umbrella", R"("delay_ms":3600000)");
  pop_one(c);
  const auto stats = c.call("server.stats");
  CHECK(stats.integer("/ready") == 2);
  CHECK(stats.integer("/running") == 1);
  CHECK(stats.integer("/delayed") == 1);
  CHECK(stats.integer("/waiting_bytes") == 24);
  CHECK(stats.integer("/queues") == 2);
  CHECK(stats.integer("/journal/commits") > 0);
}

TEST_CASE("Half of the memory is what may wait when the config doesn't say") {
  running_daemon d;
  CHECK(d.client.call("server.info").integer("/limits/max_waiting_bytes") > 100'000'000);
}
