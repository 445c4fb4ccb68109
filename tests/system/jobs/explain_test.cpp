// job.explain over the wire: brings about each reason of docs/protocol.md and checks that its
// details are correct. arbiter_limits_test checks the order of the reasons.
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <set>
#include <string>

using namespace rota::tests;
using Catch::Matches;

namespace {

/// A daemon, and the reasons that it has returned so far.
class explain_fixture {
public:
  test_client& client() { return daemon_.client; }

  /// `detail` is a regular expression for the whole text.
  void expect(const std::string& job, const std::string& reason, const std::string& detail) {
    const auto answer = explain(client(), job);
    CHECK(answer.text("/reason") == reason);
    CHECK_THAT(answer.text("/detail"), Matches(detail));
    seen_.insert(answer.text("/reason"));
  }
  /// Pops only this type: a worker that pops all types is a worker of each of them.
  json lease_of(const std::string& type) { return pop_one(client(), only(type)); }
  bool gets_nothing(const std::string& type, const std::string& members = "") {
    return pop(client(), only(type) + members).empty();
  }
  void call(const char* method, const std::string& params) { client().call(method, params); }
  void restart() { daemon_.restart(SIGTERM); }

  const std::set<std::string>& seen() const { return seen_; }

private:
  static std::string only(const std::string& type) { return R"("types":[")" + type + R"("])"; }

  running_daemon daemon_;
  std::set<std::string> seen_;
};

/// Jobs that have ended or run.
void explain_ended_and_running(explain_fixture& s) {
  auto& c = s.client();
  const auto succeeded = push(c, "life", "acme");
  complete(c, s.lease_of("life"));
  s.expect(succeeded, "ended", "the job has succeeded");
  const auto failed = push(c, "life", "acme");
  complete(c, s.lease_of("life"), R"("outcome":"failed","retryable":false)");
  s.expect(failed, "ended", "the job has failed: failed without a reason");
  const auto cancelled = push(c, "life", "acme");
  cancel(s.client(), cancelled);
  s.expect(cancelled, "ended", "the job was cancelled");

  const auto running = push(c, "life", "acme");
  const auto lease = s.lease_of("life");
  s.expect(running, "running", "an attempt of the job is in progress");
  cancel(s.client(), running);
  s.expect(running, "running", "cancellation was requested and waits for the attempt to end");
  complete(c, lease);
  s.expect(running, "ended", "the job was cancelled");

  // Nobody listens on the socket, so the start is retried.
  s.call("executor.put", R"({"name":"lab","kind":"docker","socket":"/nonexistent","slots":1})");
  s.call("type.put", R"({"name":"held","executor":{"name":"lab","image":"none"}})");
  const auto starting = push(c, "held", "acme");
  REQUIRE(becomes(c, starting, "starting"));
  s.expect(starting, "starting", "an attempt of the job is in progress");
  s.expect(push(c, "held", "acme"), "no_capacity",
           "the job needs 1 slots, pool \"lab\" has 0 free");
}

/// Jobs that wait for a time.
void explain_times(explain_fixture& s) {
  auto& c = s.client();
  s.expect(push(c, "late", "acme", R"("delay_ms":3600000)"), "delayed",
           "the job was pushed for a later time");
  s.call("type.put",
         R"({"name":"late","retry":{"base_ms":3600000,"max_ms":3600000,"jitter":false}})");
  const auto failed = push(c, "late", "acme");
  complete(c, s.lease_of("late"), R"("outcome":"failed")");
  s.expect(failed, "backing_off", "the last try failed; the next one is due at ready_at");
  const auto deferred = push(c, "late", "acme");
  c.call("job.defer", R"({"leases":[{"lease":)" + json_string(s.lease_of("late").text("/lease")) +
                          R"(,"after_ms":3600000}]})");
  s.expect(deferred, "deferred", "the work was not ready; the next poll is due at ready_at");
}

/// Queues that an operator has stopped.
void explain_pauses(explain_fixture& s) {
  const auto job = push(s.client(), "stopped", "still");
  for (const auto& [params, detail] :
       {std::pair{R"({"type":"stopped"})", "type \"stopped\" is paused"},
        {R"({"tenant":"still"})", "tenant \"still\" is paused"},
        {R"({"type":"stopped","tenant":"still"})", "the queue is paused"}}) {
    s.call("queue.pause", params);
    s.expect(job, "paused", detail);
    s.call("server.drain", R"({"on":true})");
    s.expect(job, "draining", "the server is draining");
    s.call("server.drain", R"({"on":false})");
    s.call("queue.resume", params);
  }
  s.expect(job, "no_worker", "no worker asked for type \"stopped\" in the last 60 s");
  cancel(s.client(), job);

  s.call("type.put", R"({"name":"lost","executor":{"name":"nowhere","command":["true"]}})");
  const auto lost = push(s.client(), "lost", "still");
  s.expect(lost, "no_worker", "unknown executor nowhere");
  s.call("queue.pause", R"({"type":"lost"})"); // This reason comes first, and applies as well.
  s.expect(lost, "paused", "type \"lost\" is paused");
}

/// Limits on running jobs, and rates.
void explain_limits(explain_fixture& s) {
  auto& c = s.client();
  push(c, "capped", "acme", R"("concurrency_key":"db")");
  s.lease_of("capped");
  const auto next = push(c, "capped", "acme", R"("concurrency_key":"db")");
  s.call("key.put", R"({"key":"db","rate":{"per_second":0.001}})");
  s.call("type.put", R"({"name":"capped","rate":{"per_second":0.001}})");
  s.expect(next, "waiting_turn", "no worker is asking right now"); // A new rate has a token.
  s.call("key.put", R"({"key":"db","max_running":1})");
  s.expect(next, "key_limit", "key \"db\" has 1 running, its limit is 1");
  s.call("type.put", R"({"name":"capped","max_running_per_tenant":1})");
  s.expect(next, "type_limit",
           "the tenant's share of type \"capped\" has 1 running, its limit is 1");
  s.call("type.put", R"({"name":"capped","max_running":1})");
  s.expect(next, "type_limit", "type \"capped\" has 1 running, its limit is 1");
  s.call("tenant.put", R"({"name":"acme","max_running":1})");
  s.expect(next, "tenant_limit", "tenant \"acme\" has [0-9]+ running, its limit is 1");
  s.call("tenant.put", R"({"name":"acme","max_running":null})");
  s.call("type.put", R"({"name":"capped","max_running":null,"max_running_per_tenant":null})");
  s.call("key.put", R"({"key":"db","max_running":null})");
  REQUIRE(s.lease_of("capped").text("/jobs/0/id") == next); // Takes both tokens.
  const auto last = push(c, "capped", "acme", R"("concurrency_key":"db")");
  s.expect(last, "rate_limit", "type \"capped\" has reached its rate limit for another [0-9]+ ms");
  s.call("type.put", R"({"name":"capped","rate":null})");
  s.expect(last, "rate_limit", "key \"db\" has reached its rate limit for another [0-9]+ ms");
  cancel(s.client(), last);

  s.call("type.put", R"({"name":"filling","batch":{"max_size":5,"linger_ms":3600000}})");
  const auto lingering = push(c, "filling", "acme");
  CHECK(s.gets_nothing("filling", R"(,"max_jobs":5)"));
  s.expect(lingering, "lingering", "the batch may fill for another [0-9]+ ms");
  cancel(s.client(), lingering);
}

std::int64_t slots_used(test_client& c) {
  for (const auto& pool : c.call("server.stats").elements("/pools"))
    if (pool.text("/pool") == "default")
      return pool.integer("/slots_used");
  FAIL("no pool of workers");
  return 0;
}

/// Workers, free slots, and the order of the jobs.
void explain_workers(explain_fixture& s) {
  auto& c = s.client();
  std::vector<std::string> line;
  for (int i = 0; i < 3; ++i)
    line.push_back(push(c, "line", "acme"));
  s.expect(line[0], "no_worker", "no worker asked for type \"line\" in the last 60 s");
  s.call("queue.pause", R"({"type":"line"})");
  CHECK(s.gets_nothing("line"));
  s.call("queue.resume", R"({"type":"line"})");
  s.expect(line[0], "waiting_turn", "no worker is asking right now");
  s.expect(line[1], "behind_in_queue", "1 job of the queue is ahead of it");
  s.expect(line[2], "behind_in_queue", "2 jobs of the queue are ahead of it");

  REQUIRE(s.lease_of("line").text("/jobs/0/id") == line[0]);
  const auto used = slots_used(c);
  s.call("pool.put", R"({"reserve_after_ms":0,"slots":)" + std::to_string(used) + "}");
  const auto heavy = push(c, "line", "umbrella", R"("slots":2)");
  CHECK(s.gets_nothing("line"));
  s.expect(heavy, "no_capacity", "the job needs 2 slots, pool \"default\" has 0 free");
  s.call("pool.put", R"({"slots":)" + std::to_string(used + 1) + "}");
  CHECK(s.gets_nothing("line"));
  s.expect(line[1], "reserved",
           "1 of the 1 free slots of pool \"default\" are reserved for a heavier job");
}

/// The first column of the table under "## job.explain".
std::set<std::string> documented_reasons() {
  std::set<std::string> reasons;
  std::ifstream page{"docs/protocol.md"};
  bool here = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## "))
      here = line == "## job.explain";
    if (!here || !line.starts_with("| `"))
      continue;
    const auto cell = line.substr(0, line.find('|', 1));
    for (auto at = cell.find('`'); at != std::string::npos; at = cell.find('`', at)) {
      const auto end = cell.find('`', at + 1);
      reasons.insert(cell.substr(at + 1, end - at - 1));
      at = end + 1;
    }
  }
  return reasons;
}

} // namespace

TEST_CASE("Explain gives each reason that the protocol has, with correct details") {
  explain_fixture s;
  explain_ended_and_running(s);
  explain_times(s);
  explain_pauses(s);
  explain_limits(s);
  explain_workers(s);
  CHECK(documented_reasons().size() == 18);
  CHECK(s.seen() == documented_reasons());
}

TEST_CASE("Explain of an unknown job is an error, and of one in history that it has ended") {
  explain_fixture s;
  CHECK(s.client().error_kind("job.explain", R"({"id":"j1-zzz"})") == "not_found");
  const auto ended = push(s.client(), "t", "acme");
  complete(s.client(), s.lease_of("t"));
  s.restart();
  s.expect(ended, "ended", "the job has succeeded");
}
