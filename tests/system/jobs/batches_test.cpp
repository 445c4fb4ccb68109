// Batches: one lease over many jobs.
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rota::tests;

namespace {

std::string item(const json& lease, std::size_t job, const std::string& members) {
  return "{\"lease\":" + json_string(lease.text("/lease")) +
         ",\"job\":" + json_string(lease.text("/jobs/" + std::to_string(job) + "/id")) + "," +
         members + "}";
}

} // namespace

TEST_CASE("A batch is one lease over jobs of one queue, at most max_size and max_jobs") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","batch":{"max_size":3}})");
  push_many(d.client, "t", "acme", 5);
  push_many(d.client, "t", "umbrella", 2);
  const auto leases = pop(d.client, R"("leases":4,"max_jobs":100)");
  REQUIRE(leases.size() == 3);
  CHECK(leases[0].text("/tenant") == "acme");
  CHECK(leases[0].size("/jobs") == 3);
  CHECK(leases[1].text("/tenant") == "umbrella");
  CHECK(leases[1].size("/jobs") == 2);
  CHECK(leases[2].size("/jobs") == 2);

  push_many(d.client, "t", "acme", 5);
  CHECK(pop_one(d.client).size("/jobs") == 1);
  CHECK(pop_one(d.client, R"("max_jobs":2)").size("/jobs") == 2);
}

TEST_CASE("The results of a batch come job by job, and those that failed go in a smaller one") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","batch":{"max_size":4},"retry":{"base_ms":0}})");
  const auto ids = push_many(d.client, "t", "acme", 4);
  const auto lease = pop_one(d.client, R"("max_jobs":4)");
  REQUIRE(lease.size("/jobs") == 4);
  const auto answer = d.client.call(
      "job.complete", "{\"results\":[" + item(lease, 1, R"("outcome":"succeeded","result":1)") +
                          "," + item(lease, 2, R"("outcome":"failed")") + "," +
                          item(lease, 1, R"("outcome":"succeeded")") + "]}");
  CHECK(answer.text("/results/0/job") == ids[1]);
  CHECK(answer.text("/results/0/state") == "succeeded");
  CHECK(answer.text("/results/1/state") == "ready");
  CHECK(answer.text("/results/2/error/kind") == "lease_lost");

  const auto rest = d.client.call("job.complete",
                                  "{\"results\":[{\"lease\":" + json_string(lease.text("/lease")) +
                                      ",\"outcome\":\"failed\"}]}");
  CHECK(rest.size("/results/0/jobs") == 2);
  const auto halves = pop(d.client, R"("leases":10,"max_jobs":4)");
  REQUIRE(halves.size() == 2);
  CHECK(halves[0].size("/jobs") == 2);
  CHECK(halves[1].size("/jobs") == 1);
}

TEST_CASE("Jobs of a batch have the same value at its key, those without one go alone") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","batch":{"max_size":10,"key":"/host"}})");
  d.client.call("job.push", R"({"jobs":[
      {"type":"t","tenant":"acme","payload":{"host":"a"}},
      {"type":"t","tenant":"acme","payload":{"host":"b"}},
      {"type":"t","tenant":"acme","payload":{"host":"\u0061","n":2}},
      {"type":"t","tenant":"acme","payload":{}},
      {"type":"t","tenant":"acme"}]})");
  std::string sizes;
  for (const auto& lease : pop(d.client, R"("leases":10,"max_jobs":10)"))
    sizes += std::to_string(lease.size("/jobs"));
  CHECK(sizes == "2111");
}

TEST_CASE("Jobs that wait already go by a batch's key that is set later, after a restart too") {
  running_daemon d;
  const std::string jobs = R"({"jobs":[
      {"type":"t","tenant":"acme","payload":{"host":"a","zone":"x"}},
      {"type":"t","tenant":"acme","payload":{"host":"b","zone":"x"}},
      {"type":"t","tenant":"acme","payload":{"host":"a","zone":"y"}}]})";
  const auto sizes = [&] {
    std::string found;
    for (const auto& lease : pop(d.client, R"("leases":10,"max_jobs":10)"))
      found += lease.text("/jobs/0/payload/host") + std::to_string(lease.size("/jobs"));
    return found;
  };
  d.client.call("job.push", jobs);
  d.client.call("type.put", R"({"name":"t","batch":{"max_size":10,"key":"/host"}})");
  CHECK(sizes() == "a2b1");
  d.client.call("job.push", jobs);
  d.client.call("type.put", R"({"name":"t","batch":{"max_size":10,"key":"/zone"}})");
  d.restart();
  CHECK(sizes() == "a2a1");
}

TEST_CASE("A batch waits for more until its linger is over, but not for a worker of single jobs") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"slow","batch":{"max_size":3,"linger_ms":3600000}})");
  d.client.call("type.put", R"({"name":"quick","batch":{"max_size":3,"linger_ms":50}})");
  push(d.client, "slow", "acme");
  CHECK(pop(d.client, R"("max_jobs":3)").empty());
  push_many(d.client, "slow", "acme", 2);
  CHECK(pop_one(d.client, R"("max_jobs":3)").size("/jobs") == 3);
  push(d.client, "slow", "acme");
  CHECK(pop(d.client).size() == 1);
  push(d.client, "quick", "acme");
  CHECK(pop_one(d.client, R"("max_jobs":3)").size("/jobs") == 1);
}

TEST_CASE("A cancelled job of a batch is named to its worker") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","batch":{"max_size":2}})");
  const auto ids = push_many(d.client, "t", "acme", 2);
  const auto lease = pop_one(d.client, R"("max_jobs":2)");
  cancel(d.client, ids[0]);
  auto answer = d.client.call("job.extend", lease_params(lease));
  CHECK(answer.size("/extended") == 1);
  CHECK(answer.text("/cancelled_jobs/0/job") == ids[0]);
  CHECK(answer.text("/cancelled_jobs/0/lease") == lease.text("/lease"));
  cancel(d.client, ids[1]);
  answer = d.client.call("job.extend", lease_params(lease));
  CHECK(answer.size("/extended") == 0);
  CHECK(answer.texts("/cancelled") == std::vector{lease.text("/lease")});
}
