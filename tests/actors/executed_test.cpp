// Runner, poller and supervisor over the simulated executor, in virtual time: the requirements of
// barbeque and job-runner, and the pitfalls found in them.
#include "tests/actors/executed_fixture.hpp"
#include "tests/engine/queue/queue_driver.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace rota;
using namespace rota::actors;
using namespace rota::tests;

TEST_CASE("An executor's job runs, and its end has the backend's times and exit code (B5)",
          "[actors][executed]") {
  executed_fixture r;
  const auto id = r.push(R"({"run_ms":1500,"output":"{\"hosts\":3}"})");
  CHECK(r.state(id) == job_state::running);
  CHECK(r.get(id).record.worker == executor_name);
  REQUIRE(r.becomes(id, job_state::succeeded));
  const auto record = r.get(id).record;
  CHECK(*record.finished - *record.started == 1500ms);
  CHECK(record.execution->exit_code == 0);
  CHECK(record.execution->handle == "simulated");
  CHECK(record.result == R"({"hosts":3})");
  CHECK(r.backend->seen().runs == 1);
}

TEST_CASE("Nothing starts before its intent is durable (B1, P5)", "[actors][executed]") {
  executed_fixture r;
  push_command what;
  what.jobs.push_back({"t", "a", {}});
  r.client->send(std::move(what));
  r.runtime.run_messages();
  CHECK(r.runtime.shared().types.totals().running == 1); // the intent is recorded
  CHECK(r.backend->seen().runs == 0);
  r.runtime.run();
  CHECK(r.backend->seen().runs == 1);
}

TEST_CASE("An exit code is an error that is tried again, 75 a poll (B5)", "[actors][executed]") {
  executed_fixture r;
  const auto id = r.push(R"({"run_ms":100,"exit_code":3})");
  REQUIRE(r.becomes(id, job_state::delayed));
  CHECK(r.get(id).record.counts.attempts == 1);
  CHECK(r.get(id).record.error->kind == "exit");
  CHECK(r.get(id).record.execution->exit_code == 3);
  REQUIRE(r.becomes(id, job_state::failed, 600s));
  CHECK(r.get(id).record.counts.attempts == 3);

  const auto later = r.push(R"({"run_ms":100,"exit_code":75,"output":"{\"page\":2}"})");
  REQUIRE(r.becomes(later, job_state::delayed));
  CHECK(r.get(later).record.counts.attempts == 0);
  CHECK(r.get(later).record.checkpoint == R"({"page":2})");
}

TEST_CASE("A start that fails temporarily is tried again and never counts (B8, P12)",
          "[actors][executed]") {
  executed_fixture r;
  r.backend->set_faults({.starts_fail = 6});
  const auto id = r.push();
  CHECK(r.state(id) == job_state::starting);
  CHECK(r.health().start_error == "the backend is busy");
  REQUIRE(r.becomes(id, job_state::running, 120s));
  CHECK(r.health().start_error.empty());
  CHECK(r.get(id).record.counts.attempts == 1);
  CHECK(r.becomes(id, job_state::succeeded));
}

TEST_CASE("A start that can never work is the job's failure and frees its slot (B2)",
          "[actors][executed]") {
  executed_fixture r{with_executor(1)};
  r.backend->set_faults({.starts_refused = 1});
  const auto id = r.push();
  CHECK(r.state(id) == job_state::failed);
  CHECK(r.get(id).record.error->kind == "start");
  CHECK(r.becomes(r.push(), job_state::succeeded));
}

TEST_CASE("Never more run than there are slots, and all get through (B6, job-runner's 47 for 24)",
          "[actors][executed]") {
  executed_fixture r{with_executor(3)};
  std::vector<engine::job_id> ids;
  for (int i = 0; i < 40; ++i)
    ids.push_back(r.push(R"({"run_ms":700})", "u" + std::to_string(i % 5)));
  for (const auto id : ids)
    CHECK(r.becomes(id, job_state::succeeded, 120s));
  CHECK(r.backend->seen().most_running == 3);
  CHECK(r.backend->seen().runs == 40);
}

TEST_CASE("Slots lowered below what runs kill nothing and start nothing until they are met (X8)",
          "[actors][executed]") {
  executed_fixture r{with_executor(4)};
  for (int i = 0; i < 12; ++i)
    r.push(R"({"run_ms":10000})");
  CHECK(r.backend->seen().running == 4);
  r.runtime.ask<setting_view>(put_setting_command{setting_kind::executor, executor_name,
                                                  R"({"kind":"simulated","slots":1})"});
  r.runtime.advance(9s, 100ms);
  CHECK(r.backend->seen().running == 4);
  r.runtime.advance(6s, 100ms);
  CHECK(r.backend->seen().running == 1);
}

TEST_CASE("What the backend forgot is fenced, lost, and its slot is free again (X2, P9)",
          "[actors][executed]") {
  executed_fixture r{with_executor(1)};
  const auto id = r.push(R"({"run_ms":3600000})");
  const auto next = r.push();
  const auto name = r.name_of_attempt(id);
  r.backend->forget(name);
  REQUIRE(r.crashes(id, 20s));
  CHECK(r.get(id).record.counts.crashes == 1);
  CHECK(r.backend->seen().fences == 1);
  CHECK_FALSE(r.backend->is_running(name));
  CHECK(r.state(id) == job_state::running); // a crash: it runs again, under a new name
  CHECK(r.name_of_attempt(id) != name);
  r.cancel(id);
  CHECK(r.becomes(next, job_state::succeeded));
}

TEST_CASE("An attempt that lost its keeper is fenced before it counts as a crash",
          "[actors][executed]") {
  executed_fixture r;
  const auto id = r.push(R"({"run_ms":3600000})");
  r.backend->lose(r.name_of_attempt(id));
  r.backend->set_faults({.fences_fail = 3});
  r.runtime.advance(300ms, 100ms);
  CHECK(r.get(id).record.counts.crashes == 0); // not yet fenced: it may still run
  REQUIRE(r.crashes(id, 30s));
  CHECK(r.get(id).record.counts.crashes == 1);
}

TEST_CASE("A backend that does not answer changes nothing (J13)", "[actors][executed]") {
  executed_fixture r;
  const auto id = r.push(R"({"run_ms":1000})");
  r.backend->set_faults({.lists_fail = 20});
  r.runtime.advance(5s, 100ms);
  CHECK(r.state(id) == job_state::running);
  CHECK(r.health().poll_error == "the backend does not answer");
  CHECK(r.becomes(id, job_state::succeeded, 300s));
  CHECK(r.health().poll_error.empty());
}

TEST_CASE("One poisoned attempt among 1,001 holds up no other (X3, P8)", "[actors][executed]") {
  executed_fixture r{with_executor(2000)};
  const auto ids = r.push_many(1001, R"({"run_ms":60000})");
  REQUIRE(r.backend->seen().running == 1001);
  r.backend->set_faults({.results_fail = {r.name_of_attempt(ids[0])}});
  const auto lists = r.backend->seen().lists;
  r.runtime.advance(70s, 500ms);
  CHECK(r.state(ids[0]) == job_state::running);
  for (std::size_t i = 1; i < ids.size(); ++i)
    REQUIRE(r.state(ids[i]) == job_state::succeeded);
  // One list() per round over all of them, at intervals that grow while nothing changes.
  CHECK(r.backend->seen().lists - lists < 80);
  r.backend->set_faults({});
  CHECK(r.becomes(ids[0], job_state::succeeded));
}

TEST_CASE("A cancelled job gets TERM, then KILL after the grace, and is never run again (X6, D9)",
          "[actors][executed]") {
  executed_fixture r;
  SECTION("it stops at TERM") {
    const auto id = r.push(R"({"run_ms":3600000,"stop_ms":300})");
    r.cancel(id);
    CHECK(r.state(id) == job_state::running);
    r.runtime.advance(1500ms, 100ms);
    CHECK(r.state(id) == job_state::cancelled);
    CHECK(r.get(id).record.execution->signal == 15);
  }
  SECTION("it ignores TERM") {
    const auto id = r.push(R"({"run_ms":3600000,"stop_ms":-1})");
    r.cancel(id);
    r.runtime.advance(1900ms, 100ms);
    CHECK(r.state(id) == job_state::running);
    r.runtime.advance(1500ms, 100ms);
    CHECK(r.state(id) == job_state::cancelled);
    CHECK(r.get(id).record.execution->signal == 9);
  }
  SECTION("it succeeds at that moment: the cancel prevails") {
    const auto id = r.push(R"({"run_ms":100,"stop_ms":-1})");
    r.cancel(id);
    CHECK(r.becomes(id, job_state::cancelled));
  }
  r.runtime.advance(60s, 1s);
  CHECK(r.backend->seen().runs == 1);
}

TEST_CASE("The cancel of a job leaves the process after its commit", "[actors][executed]") {
  executed_fixture r;
  const auto id = r.push(R"({"run_ms":3600000})");
  const auto name = r.name_of_attempt(id);
  cancel_command what;
  what.which.ids = {ref(id)};
  r.client->send(std::move(what));
  r.runtime.run_messages();
  CHECK(r.backend->is_running(name));
  r.runtime.run();
  CHECK_FALSE(r.backend->is_running(name));
}

TEST_CASE("A job that is cancelled while its start fails is fenced and then cancelled",
          "[actors][executed]") {
  executed_fixture r;
  r.backend->set_faults({.starts_fail = 1000});
  const auto id = r.push();
  r.cancel(id);
  r.runtime.advance(1s, 100ms);
  CHECK(r.state(id) == job_state::cancelled);
  CHECK(r.backend->seen().fences == 1);
  r.backend->set_faults({});
  r.runtime.advance(60s, 1s);
  CHECK(r.backend->seen().runs == 0);
}

TEST_CASE("A job that was cancelled while it started is not started after a restart",
          "[actors][executed]") {
  engine::test::queue_driver before{type_on_executor()};
  const auto job = before.push(engine::test::with_payload(R"({"run_ms":3600000})"));
  engine::take_order order;
  order.attempt = before.fresh();
  order.lane = before.first_lane().value();
  order.worker = executor_name;
  order.starting = true;
  before.apply(before.core.decide_take(order, before.now).value());
  before.cancel(job);

  const auto id = before.core.identity();
  auto from = with_executor();
  from.settings.types[id.type] = type_on_executor();
  from.names[id.number] = {id.type, id.tenant};
  from.queues[id.number].core = std::make_shared<engine::queue>(std::move(before.core));
  executed_fixture r{std::move(from)};
  CHECK(r.becomes({id.number, job}, job_state::cancelled));
  CHECK(r.backend->seen().runs == 0);
}

TEST_CASE("A try that runs out of its time is stopped, and that is an error of its own kind (D10)",
          "[actors][executed]") {
  auto type = type_on_executor();
  type.timeout = 3000ms;
  type.retry.max_attempts = 1;
  executed_fixture r{with_executor(2, type)};
  const auto id = r.push(R"({"run_ms":3600000,"stop_ms":100})");
  r.runtime.advance(2800ms, 100ms);
  CHECK(r.state(id) == job_state::running);
  r.runtime.advance(2s, 100ms);
  CHECK(r.state(id) == job_state::failed);
  CHECK(r.get(id).record.error->kind == "timeout");
}

TEST_CASE("A pause holds waiting jobs, and running ones continue (J9)", "[actors][executed]") {
  executed_fixture r{with_executor(1)};
  const auto running = r.push();
  const auto waiting = r.push();
  r.runtime.ask<pause_reply>(pause_command{{"t", {}}, true});
  CHECK(r.becomes(running, job_state::succeeded));
  r.runtime.advance(60s, 1s);
  CHECK(r.state(waiting) == job_state::ready);
  r.runtime.ask<pause_reply>(pause_command{{"t", {}}, false});
  CHECK(r.becomes(waiting, job_state::succeeded));
}

TEST_CASE("Orphaned attempts are counted, then fenced and removed", "[actors][executed]") {
  executed_fixture r;
  executors::start_order order;
  order.name = "a1-zzz";
  order.jobs.push_back({"j", R"({"run_ms":3600000})", 1, {}});
  static_cast<void>(r.backend->start(order));
  const auto id = r.push(R"({"run_ms":600000})"); // so that there are rounds
  r.runtime.advance(10s, 500ms);
  CHECK(r.health().orphans == 1);
  CHECK(r.backend->is_running("a1-zzz"));
  r.runtime.advance(70s, 500ms);
  CHECK(r.health().orphans == 0);
  CHECK_FALSE(r.backend->is_running("a1-zzz"));
  CHECK(r.state(id) == job_state::running);
}

TEST_CASE("A batch runs once, and each of its jobs has its own outcome", "[actors][executed]") {
  auto type = type_on_executor();
  type.batch = engine::batch_settings{10, 0ms, ""};
  type.retry.max_attempts = 1;
  executed_fixture r{with_executor(1, type)};
  const auto first = r.push(); // holds the slot, so that the others form a batch
  const auto good = r.push();
  const auto bad = r.push(R"({"run_ms":10,"exit_code":3})");
  CHECK(r.becomes(first, job_state::succeeded));
  CHECK(r.becomes(good, job_state::succeeded));
  CHECK(r.becomes(bad, job_state::failed));
  CHECK(r.backend->seen().runs == 2);
}

TEST_CASE("A job of an envelope without a line of its own has failed, even if it ran alone",
          "[actors][executed]") {
  auto type = type_on_executor();
  type.batch = engine::batch_settings{10, 0ms, ""};
  type.retry.max_attempts = 1;
  executed_fixture r{with_executor(1, type), [](const executors::start_order& order) {
                       CHECK(order.takes_batches);
                       executors::simulated_run run;
                       run.how.exit_code = 0;
                       run.how.is_of_envelope = true;
                       return run;
                     }};
  const auto id = r.push();
  CHECK(r.becomes(id, job_state::failed));
  CHECK(r.get(id).record.error->kind == "no_result");
}

TEST_CASE("What was fenced before a crash is found again and removed", "[actors][executed]") {
  executed_fixture r;
  CHECK(r.backend->fence("a1-zzz").has_value());
  const auto id = r.push(R"({"run_ms":600000})"); // so that there are rounds
  r.runtime.advance(10s, 500ms);
  CHECK(r.health().orphans == 1);
  r.runtime.advance(70s, 500ms);
  CHECK(r.health().orphans == 0);
  CHECK(r.backend->list()->size() == 1);
  CHECK(r.state(id) == job_state::running);
}

TEST_CASE("A batch is stopped when all its jobs are to be cancelled, not before",
          "[actors][executed]") {
  auto type = type_on_executor();
  type.batch = engine::batch_settings{10, 0ms, ""};
  executed_fixture r{with_executor(1, type)};
  const auto jobs = r.push_many(2, R"({"run_ms":30000})");
  CHECK(r.becomes(jobs[1], job_state::running));
  const auto name = r.name_of_attempt(jobs[0]);
  r.cancel(jobs[0]);
  r.runtime.advance(10s, 100ms);
  CHECK(r.backend->is_running(name));
  CHECK(r.get(jobs[0]).record.cancel_requested);
  r.cancel(jobs[1]);
  CHECK(r.becomes(jobs[0], job_state::cancelled, 10s));
  CHECK(r.becomes(jobs[1], job_state::cancelled, 10s));
  CHECK_FALSE(r.backend->is_running(name));
}

TEST_CASE("A batch that can't start is tried again job by job, so that one bad job fails alone",
          "[actors][executed]") {
  auto type = type_on_executor();
  type.batch = engine::batch_settings{10, 0ms, ""};
  executed_fixture r{with_executor(1, type)};
  // Holds the slot, so that the others form a batch.
  const auto first = r.push(R"({"run_ms":1000})");
  const auto jobs = r.push_many(3, R"({"run_ms":10})");
  r.backend->set_faults({.starts_refused = 2}); // the batch, and then one of its jobs
  CHECK(r.becomes(first, job_state::succeeded));
  r.runtime.advance(60s, 100ms);
  std::size_t failed = 0;
  for (const auto job : jobs) {
    const auto record = r.get(job).record;
    failed += record.state == job_state::failed ? 1 : 0;
    CHECK((record.state == job_state::succeeded || record.error->kind == "start"));
  }
  CHECK(failed == 1);
}

TEST_CASE("After a hint, the end is found without waiting for a round", "[actors][executed]") {
  executed_fixture r;
  const auto id = r.push(R"({"run_ms":50})");
  r.runtime.advance(60ms, 10ms);
  CHECK(r.state(id) == job_state::running);
  r.backend->send_hints();
  r.runtime.run();
  CHECK(r.state(id) == job_state::succeeded);
}

TEST_CASE("With nothing to run there are no rounds", "[actors][executed]") {
  executed_fixture r;
  CHECK(r.becomes(r.push(), job_state::succeeded));
  r.runtime.advance(10s, 500ms);
  const auto lists = r.backend->seen().lists;
  r.runtime.advance(600s, 1s);
  CHECK(r.backend->seen().lists == lists);
}
