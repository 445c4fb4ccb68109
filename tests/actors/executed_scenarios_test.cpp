// Scenarios of barbeque's and job-runner's tests, replayed on Rota's runners and pollers: those of
// docs/scenarios.md that need an executor and are not in executed_test.cpp.
#include "tests/actors/executed_fixture.hpp"

#include <catch2/catch.hpp>

using namespace rota;
using namespace rota::actors;
using namespace rota::tests;

namespace {

constexpr const char* long_run = R"({"run_ms":3600000,"stop_ms":0})";

recovered with_two_executors(double first, double second) {
  auto from = with_executor(first);
  from.settings.executors["other"] = {"simulated", engine::quantity_from(second), {}};
  auto type = type_on_executor();
  type.executor->name = "other";
  from.settings.types["u"] = std::move(type);
  return from;
}

std::string reason(executed_fixture& r, engine::job_id id) {
  return r.runtime.ask<explain_reply>(explain_command{ref(id)}).reason;
}

} // namespace

TEST_CASE("J1: where none may run, a job waits with a reason, and nothing is started",
          "[actors][executed][scenario]") {
  auto type = type_on_executor();
  type.max_running = 0;
  executed_fixture r{with_executor(2, type)};
  const auto id = r.push();
  r.runtime.advance(60s, 1s);
  CHECK(r.state(id) == job_state::ready);
  CHECK(reason(r, id) == "type_limit");
  CHECK(r.backend->seen().runs == 0);
}

TEST_CASE("J2, J5: a full executor holds up its own jobs only", "[actors][executed][scenario]") {
  executed_fixture r{with_two_executors(1, 1)};
  const auto first = r.push(long_run, "a", "t");
  const auto second = r.push(long_run, "a", "t");
  const auto third = r.push(long_run, "a", "u");
  const auto fourth = r.push(long_run, "a", "u");
  CHECK(r.state(first) == job_state::running);
  CHECK(r.state(second) == job_state::ready);
  CHECK(reason(r, second) == "no_capacity");
  CHECK(r.state(third) == job_state::running);
  CHECK(r.state(fourth) == job_state::ready);
  r.cancel(third);
  CHECK(r.becomes(fourth, job_state::running));
  CHECK(r.state(second) == job_state::ready);
}

TEST_CASE("J10: a job that waits has no attempt, and each try runs under a name of its own",
          "[actors][executed][scenario]") {
  executed_fixture r;
  const auto id = r.push(R"({"run_ms":100,"exit_code":1})");
  const auto first = r.name_of_attempt(id);
  REQUIRE(r.becomes(id, job_state::delayed));
  CHECK_FALSE(r.get(id).record.attempt.has_value());
  CHECK_FALSE(r.backend->is_running(first));
  REQUIRE(r.becomes(id, job_state::running));
  CHECK(r.name_of_attempt(id) != first);
  REQUIRE(r.becomes(id, job_state::failed, 600s));
  CHECK(r.backend->seen().twice == 0);
}

TEST_CASE("J11: a cancel ends a job in whichever state it finds it",
          "[actors][executed][scenario]") {
  executed_fixture r{with_executor(1)};
  SECTION("waiting for a slot") {
    r.push(long_run);
    const auto id = r.push(long_run);
    r.cancel(id);
    CHECK(r.state(id) == job_state::cancelled);
    CHECK(r.backend->seen().runs == 1);
  }
  SECTION("before its start is durable") {
    auto what = tests::push("t", "a");
    what.jobs.back().spec.payload = long_run;
    const auto request = r.client->send(std::move(what));
    r.runtime.run_messages();
    REQUIRE(r.backend->seen().runs == 0);
    const auto id = r.client->reply<push_reply>(request)->jobs.at(0).id;
    r.cancel(id);
    CHECK(r.becomes(id, job_state::cancelled));
    CHECK(r.backend->seen().running == 0);
  }
  SECTION("running") {
    const auto id = r.push(long_run);
    r.cancel(id);
    CHECK(r.becomes(id, job_state::cancelled));
    CHECK(r.backend->seen().running == 0);
  }
  SECTION("ended, but not yet observed") {
    const auto id = r.push(R"({"run_ms":50})");
    r.runtime.advance(60ms, 10ms);
    REQUIRE(r.state(id) == job_state::running);
    r.cancel(id);
    CHECK(r.becomes(id, job_state::cancelled));
  }
  SECTION("while its backend doesn't answer") {
    const auto id = r.push(long_run);
    r.backend->set_faults({.lists_fail = 50});
    r.cancel(id);
    CHECK(r.becomes(id, job_state::cancelled, 600s));
    CHECK(r.backend->seen().running == 0);
  }
  SECTION("ended: it stays what it was") {
    const auto id = r.push(R"({"run_ms":50})");
    REQUIRE(r.becomes(id, job_state::succeeded));
    r.cancel(id);
    CHECK(r.state(id) == job_state::succeeded);
  }
  // In each case, the slot is free again.
  r.runtime.ask<cancel_reply>([] {
    cancel_command all;
    all.which.filter = queue_filter{"t", {}};
    return all;
  }());
  CHECK(r.becomes(r.push(), job_state::succeeded));
}

TEST_CASE("J12: a start whose answers get lost is found by its name, not made again (P6)",
          "[actors][executed][scenario]") {
  executed_fixture r;
  r.backend->set_faults({.starts_lost = GENERATE(1U, 5U)});
  const auto id = r.push();
  CHECK(r.becomes(id, job_state::succeeded));
  CHECK(r.backend->seen().runs == 1);
  CHECK(r.backend->seen().twice == 0);
  CHECK(r.get(id).record.counts.attempts == 1);
}

TEST_CASE("J14: rounds that find nothing new write nothing and notify no client",
          "[actors][executed][scenario]") {
  executed_fixture r;
  r.runtime.ask<subscribe_reply>(subscribe_command{});
  const auto id = r.push(long_run);
  REQUIRE(r.state(id) == job_state::running);
  const auto events = r.client->box().events.size();
  const auto position = r.runtime.journal().appended();
  const auto lists = r.backend->seen().lists;
  r.runtime.advance(120s, 1s);
  CHECK(r.backend->seen().lists > lists);
  CHECK(r.client->box().events.size() == events);
  CHECK(r.runtime.journal().appended() == position);
}

TEST_CASE("B10: a subscriber to failures is notified once of a job that failed for good",
          "[actors][executed][scenario]") {
  executed_fixture r;
  r.runtime.ask<subscribe_reply>(subscribe_command{{}, {job_state::failed}});
  const auto id = r.push(R"({"run_ms":100,"exit_code":1})"); // tried three times
  REQUIRE(r.becomes(id, job_state::failed, 600s));
  REQUIRE(r.client->box().events.size() == 1);
  CHECK(r.client->box().events[0].id == id);
}

TEST_CASE("X7: what a lost attempt does later changes nothing of the next one",
          "[actors][executed][scenario]") {
  executed_fixture r;
  const auto id = r.push(R"({"run_ms":20000})");
  const auto first = r.name_of_attempt(id);
  r.backend->forget(first);
  REQUIRE(r.crashes(id, 30s));
  REQUIRE(r.state(id) == job_state::running);
  const auto second = r.name_of_attempt(id);
  // The forgotten attempt reappears and ends: it is fenced, so it never runs, and its end has no
  // effect.
  executors::start_order late;
  late.name = first;
  late.jobs.push_back({to_text(id), R"({"run_ms":10,"exit_code":1})", 1, {}});
  static_cast<void>(r.backend->start(late));
  r.runtime.advance(2s, 100ms);
  CHECK_FALSE(r.backend->is_running(first));
  CHECK(r.state(id) == job_state::running);
  CHECK(r.name_of_attempt(id) == second);
  CHECK(r.becomes(id, job_state::succeeded));
}
