// A job's trace context, from the push to the process that runs the job.
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rota::tests;

namespace {

const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const std::string id = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string traced = R"("tracestate":"vendor=1","traceparent":")" + parent + '"';

/// A shell command that prints its trace context as JSON.
constexpr auto print_trace = R"(printf '"%s|%s"' "${TRACEPARENT-none}" "${TRACESTATE-none}")";

bool shows_trace(const json& job) {
  return job.text("/traceparent") == parent && job.text("/tracestate") == "vendor=1";
}

} // namespace

TEST_CASE("A job's trace is shown, leased, and found again after a kill and in history") {
  running_daemon d;
  auto& c = d.client;
  const auto with = push(c, "t", "acme", traced);
  const auto without = push(c, "t", "acme");
  CHECK(shows_trace(get(c, with)));
  CHECK(get(c, without).at("/traceparent").raw() == "null");
  CHECK(get(c, without).at("/tracestate").raw() == "null");
  d.restart();
  CHECK(shows_trace(get(c, with)));
  CHECK(shows_trace(c.call("job.list").at("/jobs/0")));
  const auto lease = pop_one(c);
  CHECK(shows_trace(lease.at("/jobs/0")));
  const auto other = pop_one(c);
  CHECK_FALSE(other.has("/jobs/0/traceparent"));
  complete(c, lease);
  d.restart(SIGTERM); // Writes a snapshot, so that ended jobs are in history.
  CHECK(shows_trace(get(c, with)));
}

TEST_CASE("A trace that isn't one is refused with the path of what is wrong") {
  running_daemon d;
  const auto flaw = [&](const std::string& members) {
    const auto error =
        d.client.error("job.push", R"({"jobs":[{"type":"t","tenant":"acme",)" + members + "}]}");
    return error.text("/data/kind") + " " + error.text("/data/path");
  };
  CHECK(flaw(R"("traceparent":"00-0-0-00")") == "invalid /jobs/0/traceparent");
  CHECK(flaw(R"("tracestate":"a=1")") == "invalid /jobs/0/tracestate");
  CHECK(stat_of(d.client, "/ready") == 0);
}

TEST_CASE("Events of a job carry the id of its trace") {
  running_daemon d;
  test_client watcher{d.rotad.endpoint()};
  watcher.call("events.subscribe");
  push(d.client, "t", "acme", traced);
  push(d.client, "t", "acme");
  complete(d.client, pop_one(d.client));
  std::string seen;
  for (int i = 0; i < 4; ++i) {
    const auto event = watcher.event();
    REQUIRE(event);
    seen += event->text("/state") + (event->has("/trace_id") ? " " + event->text("/trace_id") : "");
    seen += '\n';
  }
  CHECK(seen == "ready " + id + "\nready\nrunning " + id + "\nsucceeded " + id + "\n");
}

TEST_CASE("A process that the daemon runs finds its job's trace, and none where there is none") {
  running_daemon d;
  auto& c = d.client;
  const auto put = [&](const std::string& name, const std::string& command,
                       const std::string& more) {
    c.call("type.put", R"({"name":")" + name + R"(","executor":{"name":"process","command":)" +
                           command + more + R"(},"retry":{"max_attempts":1})" +
                           (more.empty() ? "" : R"(,"batch":{"max_size":4})") + "}");
  };
  const auto script = R"(["sh","-c",)" + json_string(print_trace) + "]";
  put("single", script, "");
  put("loop", script, R"(,"batch":"loop")");
  put("envelope", R"(["cat"])", R"(,"batch":"envelope")");
  for (const auto* type : {"single", "loop"}) {
    const auto with = push(c, type, "acme", traced);
    const auto without = push(c, type, "acme");
    REQUIRE(becomes(c, with, "succeeded"));
    REQUIRE(becomes(c, without, "succeeded"));
    CHECK(get(c, with).text("/result") == parent + "|vendor=1");
    CHECK(get(c, without).text("/result") == "none|none");
  }
  const auto enveloped = push(c, "envelope", "acme", traced);
  REQUIRE(becomes(c, enveloped, "failed")); // `cat` reports no outcome.
  const auto output =
      c.call("job.output", R"({"id":)" + json_string(enveloped) + R"(,"stream":"stdout"})");
  CHECK(shows_trace(json{output.text("/data")}.at("/jobs/0")));
}

TEST_CASE("What rota work runs finds its job's trace, and none where there is none") {
  running_daemon d;
  const auto pushed = run_to_end(d.rota({"push", "--type", "t", "--tenant", "acme", "--traceparent",
                                         parent, "--tracestate", "vendor=1"}));
  REQUIRE(pushed.status == 0);
  const auto with = pushed.out.substr(0, pushed.out.find('\n'));
  const auto without = push(d.client, "t", "acme");
  auto command = d.rota({"work", "--type", "t", "--", "/bin/sh", "-c", print_trace});
  command.insert(command.begin(), {"/usr/bin/env", "TRACEPARENT=of the worker", "TRACESTATE=too"});
  child_program worker{command};
  REQUIRE(becomes(d.client, with, "succeeded"));
  REQUIRE(becomes(d.client, without, "succeeded"));
  CHECK(get(d.client, with).text("/result") == parent + "|vendor=1");
  CHECK(get(d.client, without).text("/result") == "none|none");
}
