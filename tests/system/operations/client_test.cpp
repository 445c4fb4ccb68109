// The command line client, against a real daemon.
#include "tests/support/eventually.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace rota::tests;
using Catch::Contains;

namespace {

ended_program run(const running_daemon& d, const std::vector<std::string>& words) {
  return run_to_end(d.rota(words));
}

/// The output of the client with --json.
json json_output(const running_daemon& d, std::vector<std::string> words) {
  words.insert(words.begin(), "--json");
  const auto ended = run(d, words);
  INFO(ended.err);
  CHECK(ended.status == 0);
  return json{ended.out};
}

} // namespace

TEST_CASE("rota pushes jobs, takes them, reports results and shows them") {
  running_daemon d;
  const auto pushed = run(d, {"push", "--type", "t", "--tenant", "acme", "{\"a\":1.50}", "[2]"});
  REQUIRE(pushed.status == 0);
  const auto id = pushed.out.substr(0, pushed.out.find('\n'));
  CHECK(get(d.client, id).at("/payload").raw() == "{\"a\":1.50}");
  CHECK(json_output(d, {"jobs", "--tenant", "acme"}).size("/jobs") == 2);
  const auto lease = json_output(d, {"pop", "--worker", "me"}).text("/leases/0/lease");
  CHECK(run(d, {"complete", lease, "--result", "[7]"}).status == 0);
  const auto job = json_output(d, {"job", id});
  CHECK(job.text("/state") == "succeeded");
  CHECK(job.text("/worker") == "me");
  CHECK(job.at("/result").raw() == "[7]");
  CHECK_THAT(run(d, {"jobs"}).out, Contains(id) && Contains("succeeded"));
  CHECK_THAT(run(d, {"queues"}).out, Contains("acme"));
  CHECK(json_output(d, {"explain", id}).text("/reason") == "ended");
  CHECK(run(d, {"cancel", "--tenant", "acme"}).status == 0);
  CHECK(json_output(d, {"jobs", "--state", "cancelled"}).size("/jobs") == 1);
  CHECK(run(d, {"retry", "--type", "t"}).status == 0);
  CHECK(json_output(d, {"stats"}).integer("/ready") == 1);
}

TEST_CASE("rota work runs a command for each job, and its exit status is the outcome") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","retry":{"max_attempts":1}})");
  const auto good = push(d.client, "t", "acme", R"("payload":{"say":"hello  world","code":0})");
  const auto bad = push(d.client, "t", "umbrella", R"("payload":{"say":"no","code":3})");
  child_program worker{d.rota({"work", "--type", "t", "--", "/bin/sh", "-c",
                               "printf '\"%s\"' \"$1\"; exit $2", "sh", "{/say}", "{/code}"})};
  CHECK(becomes(d.client, good, "succeeded"));
  CHECK(becomes(d.client, bad, "failed"));
  CHECK(get(d.client, good).text("/result") == "hello  world");
  worker.signal(SIGINT);
  CHECK(worker.wait() == 0);
}

TEST_CASE("A worker that is killed loses no job") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","lease_ms":300})");
  const auto id = push(d.client, "t", "acme");
  {
    child_program worker{d.rota({"work", "--type", "t", "--", "sleep", "3600"})};
    REQUIRE(becomes(d.client, id, "running"));
  } // Kills the worker.
  child_program worker{d.rota({"work", "--type", "t", "--", "true"})};
  CHECK(becomes(d.client, id, "succeeded"));
  CHECK(get(d.client, id).integer("/crashes") == 1);
}

TEST_CASE("rota pushes a file of jobs, and a second time finds them there") {
  running_daemon d;
  const temporary_folder folder;
  std::string lines;
  for (int i = 0; i < 1200; ++i)
    lines += "{\"tenant\":\"u" + std::to_string(i % 7) + "\",\"key\":\"k" + std::to_string(i) +
             "\",\"payload\":" + std::to_string(i) + "}\n";
  const auto file = folder.write("jobs.ndjson", lines).string();
  for (int i = 0; i < 2; ++i) {
    const auto ended = run(d, {"push", "--type", "t", "--file", file});
    CHECK(ended.status == 0);
    CHECK(std::count(ended.out.begin(), ended.out.end(), '\n') >= 1200);
    CHECK(stat_of(d.client, "/ready") == 1200);
  }
}

TEST_CASE("rota explains a job that ended, and does not cancel it any more") {
  running_daemon d;
  d.client.call("type.put", R"({"name":"t","retry":{"max_attempts":1}})");
  const auto id = push(d.client, "t", "acme");
  const auto lease = json_output(d, {"pop", "--worker", "me"}).text("/leases/0/lease");
  CHECK(run(d, {"complete", lease, "--failed", "--error", "the disk is full"}).status == 0);
  CHECK(json_output(d, {"explain", id}).text("/detail") == "the job has failed: the disk is full");
  const auto cancelled = run(d, {"cancel", id});
  CHECK(cancelled.status == 1);
  CHECK_THAT(cancelled.out, Contains("wrong_state: the job has ended"));
}

TEST_CASE("rota stats shows pools and their tenants as tables") {
  running_daemon d;
  push(d.client, "t", "acme");
  push(d.client, "t", "umbrella");
  REQUIRE(run(d, {"pop", "--worker", "me"}).status == 0);
  const auto shown = run(d, {"stats"});
  CHECK(shown.status == 0);
  CHECK_THAT(shown.out, Contains("durability") && Contains("WORST RATIO"));
  CHECK_THAT(shown.out, Contains("default  acme") && Contains("default  umbrella"));
  CHECK_THAT(shown.out, !Contains("[]"));
}

TEST_CASE("rota stats --report shows how each tenant's jobs fared, once all work has ended") {
  running_daemon d;
  CHECK(run(d, {"stats", "--report"}).out == "no jobs\n");
  CHECK(run(d, {"stats", "--summary"}).out ==
        "0 jobs: 0 succeeded, 0 failed, 0 cancelled, 0 open\n");
  d.client.call("type.put", R"({"name":"t","executor":{"name":"process","command":["true"]}})");
  push_many(d.client, "t", "acme", 3);
  push(d.client, "t", "umbrella");
  const auto shown = run(d, {"stats", "--report", "--wait"});
  CHECK(shown.status == 0);
  CHECK_THAT(shown.out, Contains(" s  0 waiting + 0 running"));
  CHECK_THAT(shown.out, Contains("\nacme         3       0     0 "));
  CHECK_THAT(shown.out, Contains("\numbrella     1       0     0 "));
  CHECK_THAT(shown.out, Contains("\nfairness gap"));
  CHECK(json_output(d, {"stats", "--report"}).integer("/tenants/0/succeeded") == 3);
  CHECK(json_output(d, {"stats", "--summary"}).integer("/succeeded") == 4);
  CHECK(run(d, {"stats", "--wait"}).status == 2);
}

TEST_CASE("rota's exit status depends on who was wrong") {
  running_daemon d;
  CHECK(run(d, {"stats"}).status == 0);
  CHECK(run(d, {"job", "j1-zzz"}).status == 1);
  CHECK(run(d, {"types", "put", "t", "{\"lease_ms\":0}"}).status == 1);
  CHECK(run(d, {"push", "--type", "t", "--tenant", "a", "{not json"}).status == 2);
  CHECK(run(d, {"fly"}).status == 2);
  CHECK_THAT(run(d, {"fly"}).err, Contains("unknown command fly"));
  CHECK_THAT(run(d, {"history", "fly"}).err, Contains("unknown command fly"));
  CHECK_THAT(run(d, {"history"}).err, Contains("subcommand is required"));
  CHECK(run(d, {"push", "--file", "/nonexistent"}).status == 2);
  d.rotad.kill();
  CHECK(run(d, {"stats"}).status == 3);
}

TEST_CASE("rota reports that its output can't be written, and ends when nobody reads it") {
  running_daemon d;
  push(d.client, "t", "acme");
  const auto rota = rota_path() + " --server 127.0.0.1:" + d.rotad.endpoint().port + " ";
  const auto full = run_to_end({"/bin/sh", "-c", rota + "jobs > /dev/full"});
  CHECK(full.status == 1);
  CHECK_THAT(full.err, Contains("No space left"));
  child_program watcher{{"/bin/bash", "-c", rota + "events | head -n 1"}};
  CHECK(eventually([&] { // The shell ends when both programs of the pipe have ended.
    push(d.client, "t", "acme");
    return !watcher.is_running();
  }));
  CHECK(watcher.wait() == 0);
}

TEST_CASE("rota prints events as they happen") {
  running_daemon d;
  child_program watcher{d.rota({"--json", "events", "--tenant", "acme", "--count", "2"})};
  while (watcher.is_running()) // A watcher that subscribes late still gets later events.
    push(d.client, "t", "acme");
  CHECK(watcher.wait() == 0);
  CHECK_THAT(watcher.out(), Contains("ready"));
}
