// Cancelling, and idempotency keys.
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rota::tests;

namespace {

/// Pushes one job with a key; returns its id and whether it is a duplicate.
std::pair<std::string, bool> push_key(test_client& client, const std::string& tenant,
                                      const std::string& members = "") {
  const auto answer = client.call("job.push", R"({"jobs":[{"type":"t","key":"k","tenant":)" +
                                                  json_string(tenant) + members + "}]}");
  return {answer.text("/jobs/0/id"), answer.boolean("/jobs/0/duplicate")};
}

} // namespace

TEST_CASE("A waiting job is cancelled at once") {
  running_daemon d;
  const auto ready = push(d.client, "t", "acme");
  const auto delayed = push(d.client, "t", "acme", R"("delay_ms":3600000)");
  for (const auto& id : {ready, delayed}) {
    CHECK(cancel(d.client, id).texts("/cancelled") == std::vector{id});
    const auto job = get(d.client, id);
    CHECK(job.text("/state") == "cancelled");
    CHECK(!job.is_null("/finished_at"));
    CHECK(cancel(d.client, id).texts("/wrong_state") == std::vector{id});
  }
  CHECK(pop(d.client).empty());
  CHECK(cancel(d.client, "nonsense").texts("/not_found") == std::vector<std::string>{"nonsense"});
  CHECK(cancel(d.client, "j1-zzz").texts("/not_found") == std::vector<std::string>{"j1-zzz"});
}

TEST_CASE("A running job that is cancelled ends cancelled, whatever its outcome") {
  running_daemon d;
  for (const auto* outcome : {R"("outcome":"succeeded","result":7)", R"("outcome":"failed")"}) {
    const auto id = push(d.client, "t", "acme");
    const auto lease = pop_one(d.client);
    CHECK(cancel(d.client, id).texts("/cancelling") == std::vector{id});
    CHECK(cancel(d.client, id).texts("/cancelling") == std::vector{id});
    CHECK(get(d.client, id).boolean("/cancel_requested"));
    const auto extended = d.client.call("job.extend", lease_params(lease));
    CHECK(extended.texts("/cancelled") == std::vector{lease.text("/lease")});
    CHECK(complete(d.client, lease, outcome) == "cancelled");
  }
  CHECK(d.client.call("job.list", R"({"state":"cancelled"})").at("/jobs/0/result").raw() == "7");
}

TEST_CASE("A cancelled job whose worker dies is not run again") {
  running_daemon d;
  const auto id = push(d.client, "t", "acme");
  pop_one(d.client, R"("lease_ms":100)");
  cancel(d.client, id);
  CHECK(becomes(d.client, id, "cancelled"));
}

TEST_CASE("All jobs of a tenant or type are cancelled in steps of a limit") {
  running_daemon d;
  push_many(d.client, "a", "acme", 5);
  push_many(d.client, "b", "acme", 5);
  push_many(d.client, "a", "umbrella", 5);
  const auto cancel_some = [&](const std::string& params) {
    const auto answer = d.client.call("job.cancel", params);
    return std::pair{answer.size("/cancelled"), answer.boolean("/more")};
  };
  CHECK(cancel_some(R"({"tenant":"acme","limit":7})") == std::pair{std::size_t{7}, true});
  CHECK(cancel_some(R"({"tenant":"acme","limit":7})") == std::pair{std::size_t{3}, false});
  CHECK(cancel_some(R"({"tenant":"umbrella","type":"b"})") == std::pair{std::size_t{0}, false});
  CHECK(cancel_some(R"({"type":"a"})") == std::pair{std::size_t{5}, false});
}

TEST_CASE("A second push with the same key answers with the first job") {
  running_daemon d;
  const auto [first, fresh] = push_key(d.client, "acme");
  CHECK(!fresh);
  CHECK(push_key(d.client, "acme", R"(,"payload":2)") == std::pair{first, true});
  CHECK(get(d.client, first).is_null("/payload"));
  CHECK(push_key(d.client, "umbrella").second == false);
  complete(d.client, pop_one(d.client));
  const auto again = push_key(d.client, "acme");
  CHECK(again == std::pair{first, true});
}

TEST_CASE("Two jobs of one request with the same key are one job") {
  running_daemon d;
  const auto answer = d.client.call("job.push", R"({"jobs":[
      {"type":"t","tenant":"acme","key":"k"},{"type":"t","tenant":"acme","key":"k"}]})");
  CHECK(answer.text("/jobs/0/id") == answer.text("/jobs/1/id"));
  CHECK(answer.boolean("/jobs/1/duplicate"));
  CHECK(pop(d.client, R"("leases":5)").size() == 1);
}

TEST_CASE(
    "With replace a waiting job gets the new payload, and after its end the push adds a new job") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","dedup":"replace"})");
  const auto [first, fresh] = push_key(d.client, "acme", R"(,"payload":1)");
  CHECK(!fresh);
  CHECK(push_key(d.client, "acme", R"(,"payload":2,"priority":3)") == std::pair{first, true});
  CHECK(get(d.client, first).integer("/payload") == 2);
  CHECK(get(d.client, first).integer("/priority") == 3);
  const auto lease = pop_one(d.client);
  CHECK(push_key(d.client, "acme", R"(,"payload":3)") == std::pair{first, true});
  CHECK(get(d.client, first).integer("/payload") == 2);
  complete(d.client, lease);
  const auto second = push_key(d.client, "acme", R"(,"payload":4)");
  CHECK(!second.second);
  CHECK(second.first != first);
}

TEST_CASE("A key is free again dedup_ms after its job's end") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","dedup_ms":0})");
  const auto first = push_key(d.client, "acme").first;
  CHECK(push_key(d.client, "acme") == std::pair{first, true});
  complete(d.client, pop_one(d.client));
  CHECK(!push_key(d.client, "acme").second);
}

TEST_CASE("Keys outlive kills, and their jobs' leaving memory") {
  running_daemon d{{}, R"({"snapshot_ms":1})"};
  const auto waiting = push_key(d.client, "acme").first;
  const auto ended = push_key(d.client, "umbrella").first;
  d.client.call("queue.pause", R"({"tenant":"acme"})");
  complete(d.client, pop_one(d.client));
  for (int start = 0; start < 3; ++start) {
    CHECK(push_key(d.client, "acme") == std::pair{waiting, true});
    CHECK(push_key(d.client, "umbrella") == std::pair{ended, true});
    d.restart();
  }
}
