// The states of a job, over the wire.
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rota::tests;

namespace {

constexpr const char* failed = R"("outcome":"failed","error":{"message":"no luck","kind":"luck"})";

} // namespace

TEST_CASE("A job goes from push through pop and complete to its end") {
  running_daemon d;
  const auto id = push(d.client, "mail", "acme", R"("payload":{"to":"ada"})");
  CHECK(state_of(d.client, id) == "ready");

  const auto lease = pop_one(d.client);
  CHECK(lease.text("/type") == "mail");
  CHECK(lease.text("/tenant") == "acme");
  CHECK(lease.text("/jobs/0/id") == id);
  CHECK(lease.integer("/jobs/0/attempt") == 1);
  const auto running = get(d.client, id);
  CHECK(running.text("/state") == "running");
  CHECK(running.text("/worker") == "w");
  CHECK(running.is_null("/finished_at"));
  CHECK(reason_of(d.client, id) == "running");

  CHECK(complete(d.client, lease, R"("outcome":"succeeded","result":[1])") == "succeeded");
  const auto ended = get(d.client, id);
  CHECK(ended.text("/state") == "succeeded");
  CHECK(ended.at("/result").raw() == "[1]");
  CHECK(ended.integer("/attempts") == 1);
  CHECK(time_us(ended.text("/finished_at")) >= time_us(ended.text("/started_at")));
  CHECK(time_us(ended.text("/started_at")) >= time_us(ended.text("/created_at")));
  CHECK(reason_of(d.client, id) == "ended");
  CHECK(pop(d.client).empty());
}

TEST_CASE("Payload, result and checkpoint come back byte for byte") {
  running_daemon d;
  const std::string odd =
      R"({ "b" : 0.1,"a":[1E+2,  -0.0, 123456789012345678901234567890], "t":"\u00e9\/ é" })";
  const auto id = push(d.client, "t", "acme", "\"payload\":" + odd);
  CHECK(get(d.client, id).at("/payload").raw() == odd);
  auto lease = pop_one(d.client);
  CHECK(lease.at("/jobs/0/payload").raw() == odd);
  d.client.call("job.defer", "{\"leases\":[{\"lease\":" + json_string(lease.text("/lease")) +
                                 ",\"after_ms\":0,\"checkpoint\":" + odd + "}]}");
  lease = pop_one(d.client);
  CHECK(lease.at("/jobs/0/checkpoint").raw() == odd);
  complete(d.client, lease, "\"outcome\":\"succeeded\",\"result\":" + odd);
  CHECK(get(d.client, id).at("/result").raw() == odd);
  d.restart();
  for (const auto* member : {"/payload", "/result", "/checkpoint"})
    CHECK(get(d.client, id).at(member).raw() == odd);
}

TEST_CASE("A pop that waits gets the job when it is pushed") {
  running_daemon d;
  test_client worker{d.rotad.endpoint()};
  const auto waiting = worker.send("job.pop", R"({"worker":"w","wait_ms":60000})");
  const auto id = push(d.client, "t", "acme");
  CHECK(worker.result(waiting).text("/leases/0/jobs/0/id") == id);
}

TEST_CASE("A pop asks for some types only, and for several leases at once") {
  running_daemon d;
  push_many(d.client, "a", "acme", 2);
  const auto b = push_many(d.client, "b", "acme", 3);
  const auto leases = pop(d.client, R"("types":["b","c"],"leases":10)");
  REQUIRE(leases.size() == 3);
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(leases[i].text("/jobs/0/id") == b[i]);
  CHECK(pop(d.client, R"("types":["a"],"leases":10)").size() == 2);
}

TEST_CASE("A failed job backs off, is tried again, and ends after its last attempt") {
  running_daemon d;
  d.client.call("type.put",
                R"({"name":"t","retry":{"max_attempts":2,"base_ms":1,"max_ms":1,"jitter":false}})");
  const auto id = push(d.client, "t", "acme");
  CHECK(complete(d.client, pop_one(d.client), failed) == "delayed");
  const auto second = pop_one(d.client);
  CHECK(second.integer("/jobs/0/attempt") == 2);
  CHECK(complete(d.client, second, failed) == "failed");
  const auto ended = get(d.client, id);
  CHECK(ended.integer("/attempts") == 2);
  CHECK(ended.at("/error") == json{R"({"message":"no luck","kind":"luck"})"});

  const auto answer = d.client.call("job.retry", list_params("ids", {id}));
  CHECK(answer.texts("/retried") == std::vector{id});
  CHECK(get(d.client, id).integer("/attempts") == 0);
  CHECK(complete(d.client, pop_one(d.client)) == "succeeded");
}

TEST_CASE("A backoff without jitter is base_ms after the first error") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","retry":{"base_ms":60000,"jitter":false}})");
  const auto id = push(d.client, "t", "acme");
  complete(d.client, pop_one(d.client), failed);
  const auto waiting = get(d.client, id);
  CHECK(waiting.text("/state") == "delayed");
  CHECK(time_us(waiting.text("/ready_at")) - time_us(waiting.text("/created_at")) >= 60'000'000);
  CHECK(reason_of(d.client, id) == "backing_off");
}

TEST_CASE("An error that isn't retryable ends the job at once") {
  running_daemon d;
  push(d.client, "t", "acme");
  CHECK(complete(d.client, pop_one(d.client), R"("outcome":"failed","retryable":false)") ==
        "failed");
}

TEST_CASE("A lease that expires counts as a crash and its late result is refused") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","max_crashes":1})");
  const auto id = push(d.client, "t", "acme");
  const auto first = pop_one(d.client, R"("lease_ms":20)");
  const auto second = pop_one(d.client, R"("lease_ms":20)");
  CHECK(second.text("/lease") != first.text("/lease"));
  CHECK(second.text("/jobs/0/id") == id);
  CHECK(complete(d.client, first) == "lease_lost");
  REQUIRE(becomes(d.client, id, "failed"));
  const auto ended = get(d.client, id);
  CHECK(ended.integer("/crashes") == 2);
  CHECK(ended.text("/error/kind") == "crashed");
  CHECK(complete(d.client, second) == "lease_lost");
}

TEST_CASE("An attempt that exceeds its timeout is an error") {
  running_daemon d;
  const auto id = push(d.client, "t", "acme", R"("timeout_ms":20,"max_attempts":1)");
  const auto lease = pop_one(d.client);
  REQUIRE(becomes(d.client, id, "failed"));
  const auto ended = get(d.client, id);
  CHECK(ended.text("/error/kind") == "timeout");
  CHECK(ended.integer("/crashes") == 0);
  CHECK(complete(d.client, lease) == "lease_lost");
}

TEST_CASE("An extended lease outlives its first deadline") {
  running_daemon d;
  const auto kept = push(d.client, "t", "acme");
  const auto lease = pop_one(d.client, R"("lease_ms":500)");
  const auto lost = push(d.client, "t", "acme");
  const auto answer =
      d.client.call("job.extend", "{\"lease_ms\":60000,\"leases\":[" +
                                      json_string(lease.text("/lease")) + ",\"a1-0\",\"what\"]}");
  CHECK(answer.texts("/extended") == std::vector{lease.text("/lease")});
  CHECK(answer.texts("/unknown") == std::vector<std::string>{"a1-0", "what"});
  pop_one(d.client, R"("lease_ms":500)"); // Ends later than the first lease would have.
  REQUIRE(becomes(d.client, lost, "ready"));
  CHECK(state_of(d.client, kept) == "running");
}

TEST_CASE("A released job is ready again and has lost no attempt") {
  running_daemon d;
  const auto id = push(d.client, "t", "acme");
  const auto lease = pop_one(d.client);
  CHECK(d.client.call("job.release", lease_params(lease)).size("/released") == 1);
  CHECK(d.client.call("job.release", lease_params(lease)).size("/unknown") == 1);
  CHECK(get(d.client, id).integer("/attempts") == 0);
  CHECK(pop_one(d.client).integer("/jobs/0/attempt") == 1);
}

TEST_CASE("A deferred job waits, keeps its checkpoint, and costs no attempt") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","poll":{"max_polls":2}})");
  const auto id = push(d.client, "t", "acme");
  const auto defer = [&](const json& lease, const std::string& more) {
    return d.client.call(
        "job.defer", "{\"leases\":[{\"lease\":" + json_string(lease.text("/lease")) + more + "}]}");
  };
  defer(pop_one(d.client), R"(,"after_ms":3600000)");
  CHECK(reason_of(d.client, id) == "deferred");
  CHECK(pop(d.client).empty());

  const auto other = push(d.client, "t", "umbrella");
  defer(pop_one(d.client), R"(,"after_ms":1,"checkpoint":{"page":2})");
  auto lease = pop_one(d.client);
  CHECK(lease.text("/jobs/0/id") == other);
  CHECK(lease.at("/jobs/0/checkpoint") == json{R"({"page":2})"});
  CHECK(lease.integer("/jobs/0/attempt") == 1);
  defer(lease, R"(,"after_ms":0)");
  lease = pop_one(d.client);
  CHECK(lease.at("/jobs/0/checkpoint") == json{R"({"page":2})"});
  const auto answer = defer(lease, R"(,"after_ms":0)"); // The third poll exceeds the limit.
  CHECK(answer.is_null("/deferred/0/until"));
  CHECK(get(d.client, other).text("/error/kind") == "max_polls");
}

TEST_CASE("A delayed job isn't handed out before its time") {
  running_daemon d;
  const auto later = push(d.client, "t", "acme", R"("not_before":"9999-12-31T23:59:59Z")");
  const auto delayed = push(d.client, "t", "acme", R"("delay_ms":200)");
  const auto past = push(d.client, "t", "acme", R"("not_before":"1999-12-31T23:59:59+01:00")");
  CHECK(reason_of(d.client, later) == "delayed");
  CHECK(state_of(d.client, delayed) == "delayed");
  CHECK(pop_one(d.client).text("/jobs/0/id") == past);
  CHECK(pop_one(d.client).text("/jobs/0/id") == delayed);
  const auto job = get(d.client, delayed);
  CHECK(time_us(job.text("/started_at")) >= time_us(job.text("/ready_at")));
  CHECK(pop(d.client).empty());
}

TEST_CASE("Jobs of a lower number of priority run sooner among their tenant's") {
  running_daemon d;
  const auto low = push(d.client, "t", "acme", R"("priority":5)");
  const auto normal = push(d.client, "t", "acme");
  const auto urgent = push(d.client, "t", "acme", R"("priority":-5)");
  const auto leases = pop(d.client, R"("leases":3)");
  REQUIRE(leases.size() == 3);
  CHECK(leases[0].text("/jobs/0/id") == urgent);
  CHECK(leases[1].text("/jobs/0/id") == normal);
  CHECK(leases[2].text("/jobs/0/id") == low);
}

TEST_CASE("A request is taken as a whole or not at all") {
  running_daemon d;
  d.client.call("tenant.put", R"({"name":"small","max_queued":2})");
  const auto error = d.client.error("job.push", R"({"jobs":[{"type":"t","tenant":"big"},
      {"type":"t","tenant":"small"},{"type":"u","tenant":"small"},{"type":"t","tenant":"small"}]})");
  CHECK(error.text("/data/kind") == "queue_full");
  CHECK(error.text("/data/tenant") == "small");
  CHECK(error.integer("/data/retry_after_ms") > 0);
  CHECK(d.client.error_kind("job.push", R"({"jobs":[{"type":"t","tenant":"big"},
      {"type":"t","tenant":"big","priority":1001}]})") == "invalid");
  CHECK(d.client.call("job.list", R"({"limit":10})").size("/jobs") == 0);

  push_many(d.client, "t", "small", 2); // Refused jobs reserve no space.
  CHECK(d.client.error_kind("job.push", R"({"jobs":[{"type":"t","tenant":"small"}]})") ==
        "queue_full");
  pop_one(d.client); // Running jobs do not count as queued.
  push(d.client, "t", "small");
}

TEST_CASE("Payloads over max_waiting_bytes are refused until there is room") {
  running_daemon d{{}, R"({"max_waiting_bytes":1000})"};
  const auto payload = payload_of(598);
  push(d.client, "t", "acme", payload);
  CHECK(d.client.error_kind("job.push", "{\"jobs\":[{\"type\":\"t\",\"tenant\":\"b\"," + payload +
                                            "}]}") == "queue_full");
  complete(d.client, pop_one(d.client));
  push(d.client, "t", "b", payload);
}

TEST_CASE("Requests about nothing are answered") {
  running_daemon d;
  CHECK(d.client.call("job.push", R"({"jobs":[]})").size("/jobs") == 0);
  CHECK(d.client.call("job.complete", R"({"results":[]})").size("/results") == 0);
  CHECK(d.client.call("job.extend", R"({"leases":[]})").size("/extended") == 0);
  CHECK(d.client.call("job.release", R"({"leases":[]})").size("/released") == 0);
  CHECK(d.client.call("job.defer", R"({"leases":[]})").size("/deferred") == 0);
  CHECK(d.client.call("job.cancel", R"({"ids":[]})").size("/cancelled") == 0);
  CHECK(d.client.call("job.retry", R"({"ids":[]})").size("/retried") == 0);
  CHECK(d.client.call("job.retry", R"({"type":"t"})").size("/retried") == 0);
  CHECK(d.client.call("job.cancel", R"({"tenant":"acme"})").size("/cancelled") == 0);
  CHECK(d.client.call("job.list").size("/jobs") == 0);
  CHECK(d.client.call("queue.list").size("/queues") == 0);
}
