// Requests of workers: which are accepted, and which are refused with which path.
#include "tests/wire/requests_checked.hpp"

using namespace rota::wire;
using rota::engine::attempt_id;
using rota::engine::job_id;
using rota::engine::milliseconds;

TEST_CASE("a pop needs a worker and has a default for all else") {
  const auto pop = read<pop_command>(R"({"worker":"w1"})");
  CHECK(pop.worker == "w1");
  CHECK(pop.types.empty());
  CHECK(pop.leases == 1);
  CHECK(pop.max_jobs == 1);
  CHECK(pop.wait == milliseconds{0});
  CHECK_FALSE(pop.lease);

  const auto full = read<pop_command>(
      R"({"worker":"w","types":["a","b"],"leases":100,"max_jobs":50,"wait_ms":30000,)"
      R"("lease_ms":9})");
  CHECK(full.types == std::vector<std::string>{"a", "b"});
  CHECK(full.leases == 100);
  CHECK(full.max_jobs == 50);
  CHECK(full.wait == milliseconds{30'000});
  CHECK(full.lease == milliseconds{9});
}

TEST_CASE("a pop is refused with the path of the member that is wrong") {
  CHECK(refused<pop_command>("{}") == "/worker is required");
  CHECK(refused<pop_command>(R"({"worker":"w","types":[]})") == "/types must not be empty");
  CHECK(refused<pop_command>(R"({"worker":"w","types":["a",""]})") ==
        "/types/1 must be 1 to 200 bytes without control characters");
  CHECK(refused<pop_command>(R"({"worker":"w","types":"a"})") == "/types must be an array");
  CHECK(refused<pop_command>(R"({"worker":"w","leases":0})") ==
        "/leases must be an integer from 1 to 10000");
  CHECK(refused<pop_command>(R"({"worker":"w","max_jobs":100001})") ==
        "/max_jobs must be an integer from 1 to 100000");
  CHECK(refused<pop_command>(R"({"worker":"w","lease_ms":0})") ==
        "/lease_ms must be an integer from 1 to 315360000000");
  CHECK(refused<pop_command>(R"({"worker":"w","wait":5})") == "unknown member /wait");
}

TEST_CASE("a completion has a lease and an outcome, and may have a job, a result or an error") {
  const auto complete = read<complete_command>(
      R"({"results":[{"lease":"a1-5","outcome":"succeeded","result":{"n": 1.0}},)"
      R"({"lease":"lost","job":"j1-4","outcome":"failed",)"
      R"("error":{"message":"no \"route\"","kind":"net"},"retryable":false},)"
      R"({"lease":"a1-6","job":"nope","outcome":"failed"}]})");
  REQUIRE(complete.items.size() == 3);
  const auto& first = complete.items[0];
  CHECK(first.lease.id == attempt_id{{1}, {5}});
  CHECK_FALSE(first.job);
  CHECK(first.how.succeeded);
  CHECK(first.how.result == R"({"n": 1.0})");
  CHECK(first.how.retryable);
  const auto& second = complete.items[1];
  CHECK_FALSE(second.lease.id);
  CHECK(second.lease.text() == "lost");
  CHECK(second.job->id == job_id{{1}, {4}});
  CHECK_FALSE(second.how.succeeded);
  CHECK(second.how.error == rota::engine::failure{"no \"route\"", "net"});
  CHECK_FALSE(second.how.retryable);
  const auto& third = complete.items[2];
  CHECK(third.job->unknown == "nope");
  CHECK_FALSE(third.how.error);
}

TEST_CASE("a completion is refused with the path of the member that is wrong") {
  const auto item_refused = [](const std::string& item) {
    return refused<complete_command>(R"({"results":[)" + item + "]}");
  };
  CHECK(item_refused(R"({"lease":"a1-5"})") == "/results/0/outcome is required");
  CHECK(item_refused(R"({"outcome":"failed"})") == "/results/0/lease is required");
  CHECK(item_refused(R"({"lease":"a1-5","outcome":"done"})") ==
        "/results/0/outcome must be one of succeeded, failed");
  CHECK(item_refused(R"({"lease":"a1-5","outcome":true})") ==
        "/results/0/outcome must be one of succeeded, failed");
  CHECK(item_refused(R"({"lease":"a1-5","outcome":"failed","error":"x"})") ==
        "/results/0/error must be an object");
  CHECK(item_refused(R"({"lease":"a1-5","outcome":"failed","error":{}})") ==
        "/results/0/error/message is required");
  CHECK(item_refused(R"({"lease":"a1-5","outcome":"failed","error":{"message":"x","code":1}})") ==
        "unknown member /results/0/error/code");
  CHECK(item_refused(R"({"lease":"a1-5","outcome":"failed","retryable":1})") ==
        "/results/0/retryable must be true or false");
  CHECK(item_refused(R"({"lease":"a1-5","outcome":"succeeded","error":{"message":"x"}})") ==
        "/results/0/error must not come together with outcome succeeded");
}

TEST_CASE("leases are extended and released in bulk, unknown ones among them") {
  const auto extend = read<extend_command>(R"({"leases":["a2-1","x"],"lease_ms":100})");
  CHECK(extend.leases.at(0).id == attempt_id{{2}, {1}});
  CHECK(extend.leases.at(1).text() == "x");
  CHECK(extend.lease == milliseconds{100});
  const auto release = read<release_command>(R"({"leases":["a2-1"]})");
  CHECK(release.leases.at(0).text() == "a2-1");
  CHECK(refused<extend_command>(R"({"leases":"a2-1"})") == "/leases must be an array");
  CHECK(refused<release_command>(R"({"leases":[null]})") == "/leases/0 must be a string");
  CHECK(refused<release_command>(R"({"leases":[],"lease_ms":1})") == "unknown member /lease_ms");
}

TEST_CASE("a deferral may have the time of the next poll and a checkpoint") {
  const auto defer = read<defer_command>(
      R"({"leases":[{"lease":"a1-1","job":"j1-2","after_ms":0,"checkpoint":{"page": 3}},)"
      R"({"lease":"z"}]})");
  const auto& first = defer.items.at(0);
  CHECK(first.lease.id == attempt_id{{1}, {1}});
  CHECK(first.job->id == job_id{{1}, {2}});
  CHECK(first.after == milliseconds{0});
  CHECK(first.checkpoint == R"({"page": 3})");
  CHECK_FALSE(defer.items.at(1).checkpoint);
  CHECK_FALSE(defer.items.at(1).after);
  CHECK(refused<defer_command>(R"({"leases":[{"job":"j1-2"}]})") == "/leases/0/lease is required");
  CHECK(refused<defer_command>(R"({"leases":[{"lease":"a","after_ms":1.5}]})") ==
        "/leases/0/after_ms must be an integer from 0 to 315360000000");
}
