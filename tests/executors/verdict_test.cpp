// The verdicts on jobs whose command has ended.
#include "executors/verdict.hpp"

#include <catch2/catch.hpp>

#include <array>

using namespace rota::executors;
using namespace std::chrono_literals;

namespace {

attempt_result exited(int code, std::string output = "", std::string errors = "") {
  attempt_result how;
  how.exit_code = code;
  how.output = std::move(output);
  how.error_tail = std::move(errors);
  return how;
}

attempt_result of_envelope(attempt_result how) {
  how.is_of_envelope = true;
  return how;
}

} // namespace

TEST_CASE("Exit code 0 succeeds with stdout as the result, unchanged if it is JSON") {
  CHECK(verdict_of(exited(0, "{\"a\": 0.10}\n")).json == "{\"a\": 0.10}");
  CHECK(verdict_of(exited(0, "two words\n")).json == "\"two words\\n\"");
  CHECK_FALSE(verdict_of(exited(0, " \n")).json);
  CHECK(verdict_of(exited(0)).kind == verdict_kind::succeeded);
}

TEST_CASE("Exit code 75 defers, with stdout as the checkpoint if it is JSON") {
  const auto v = verdict_of(exited(75, "{\"page\":2}"));
  CHECK(v.kind == verdict_kind::deferred);
  CHECK(v.json == "{\"page\":2}");
  CHECK_FALSE(verdict_of(exited(75, "not JSON")).json);
}

TEST_CASE("Other exit codes, signals and timeouts are errors with their cause") {
  const auto v = verdict_of(exited(3, "", "first\nlast words\n"));
  CHECK(v.kind == verdict_kind::failed);
  CHECK(v.error_kind == "exit");
  CHECK(v.error_message == "exit status 3: first\nlast words");
  CHECK(v.retryable);
  attempt_result killed;
  killed.signal = 9;
  killed.message = "out of memory";
  CHECK(verdict_of(killed).error_kind == "signal");
  CHECK(verdict_of(killed).error_message == "killed by signal 9 (Killed), out of memory");
  killed.timed_out = true;
  CHECK(verdict_of(killed).error_kind == "timeout");
}

TEST_CASE("Each job of a batch has the outcome of its line") {
  const std::array<std::string, 4> jobs{"j1-a", "j1-b", "j1-c", "j1-d"};
  const auto verdicts = verdicts_of(jobs, of_envelope(exited(0, R"(starting up
{"id":"j1-b","outcome":"failed","error":{"message":"no route","kind":"net"},"retryable":false}
{"id":"j1-a","outcome":"succeeded","result":{"n":1.0}}
{"id":"j1-c","outcome":"deferred","checkpoint":7,"after_ms":1500}
{"id":"someone else's","outcome":"succeeded"}
)")));
  REQUIRE(verdicts.size() == 4);
  CHECK(verdicts[0].kind == verdict_kind::succeeded);
  CHECK(verdicts[0].json == R"({"n":1.0})");
  CHECK(verdicts[1].error_message == "no route");
  CHECK(verdicts[1].error_kind == "net");
  CHECK_FALSE(verdicts[1].retryable);
  CHECK(verdicts[2].kind == verdict_kind::deferred);
  CHECK(verdicts[2].json == "7");
  CHECK(verdicts[2].defer_for == 1500ms);
  CHECK(verdicts[3].error_kind == "no_result");
}

TEST_CASE("A single job of an envelope has the outcome of its line, too") {
  const std::array<std::string, 1> jobs{"j1-a"};
  const auto reported =
      of_envelope(exited(0, R"({"id":"j1-a","outcome":"deferred","checkpoint":7})"));
  CHECK(verdicts_of(jobs, reported).at(0).kind == verdict_kind::deferred);
  CHECK(verdicts_of(jobs, of_envelope(exited(0, "done"))).at(0).error_kind == "no_result");
  CHECK(verdicts_of(jobs, exited(0, "done")).at(0).kind == verdict_kind::succeeded);
}

TEST_CASE("A batch whose command failed keeps the results that it reported before") {
  const std::array<std::string, 2> jobs{"j1-a", "j1-b"};
  const auto verdicts = verdicts_of(
      jobs, of_envelope(exited(1, "{\"id\":\"j1-a\",\"outcome\":\"succeeded\"}\n{\"id\":\"j1-b\",",
                               "boom")));
  CHECK(verdicts[0].kind == verdict_kind::succeeded);
  CHECK(verdicts[1].error_message == "exit status 1: boom");
}

TEST_CASE(
    "If the command ran for each job, each has its own verdict, and jobs that never began are "
    "released") {
  const std::array<std::string, 3> jobs{"j1-a", "j1-b", "j1-c"};
  attempt_result how = exited(0);
  job_result first;
  first.job = "j1-a";
  first.exit_code = 0;
  first.output = "1";
  job_result second;
  second.job = "j1-b";
  second.exit_code = 4;
  how.jobs = {first, second};
  const auto verdicts = verdicts_of(jobs, how);
  CHECK(verdicts[0].json == "1");
  CHECK(verdicts[1].kind == verdict_kind::failed);
  CHECK(verdicts[1].exit_code == 4);
  CHECK(verdicts[2].kind == verdict_kind::released);
}

TEST_CASE("A loop's run that was stopped at the attempt's timeout has timed out") {
  const std::array<std::string, 2> jobs{"j1-a", "j1-b"};
  attempt_result how;
  how.timed_out = true;
  job_result first;
  first.job = "j1-a";
  first.signal = 15;
  how.jobs = {first};
  const auto verdicts = verdicts_of(jobs, how);
  CHECK(verdicts[0].error_kind == "timeout");
  CHECK(verdicts[1].kind == verdict_kind::released);
}
