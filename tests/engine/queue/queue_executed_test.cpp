// Attempts of executors: taken as `starting`, confirmed, ended by their backend and never by time.
#include "tests/engine/queue/queue_driver.hpp"

#include <catch2/catch.hpp>

using namespace rota::engine;
using namespace rota::engine::test;

namespace {

queue_driver::taken take_for_executor(queue_driver& d, std::uint32_t jobs = 1) {
  return d.try_take_from(*d.first_lane(), jobs, {}, true).value();
}

std::optional<errc> start(queue_driver& d, const queue_driver::taken& t,
                          const std::string& handle = "pid:7") {
  return d.commit(d.core.decide_started(t.attempt, handle, d.now, d.now));
}

} // namespace

TEST_CASE("An executor's attempt is starting until it is confirmed, with the backend's id and time",
          "[queue][executed]") {
  queue_driver d;
  const auto job = d.push();
  const auto t = take_for_executor(d);
  CHECK(d.state(job) == job_state::starting);
  CHECK(d.core.executed(t.attempt));
  d.wait(2s);
  const auto started = d.now - 1s;
  CHECK(!d.commit(d.core.decide_started(t.attempt, "pid:7", started, d.now)));
  CHECK(d.state(job) == job_state::running);
  CHECK(d.get(job).started == started);
  CHECK(d.get(job).execution->handle == "pid:7");
  CHECK(start(d, t) == errc::lease_lost); // once only
}

TEST_CASE("Neither lease nor timeout ends an executed attempt, and it cannot be extended",
          "[queue][executed]") {
  queue_driver d([](auto& s) { s.timeout = 1s; });
  const auto job = d.push();
  const auto t = take_for_executor(d);
  d.wait(24h);
  CHECK(d.state(job) == job_state::starting);
  start(d, t);
  d.wait(24h);
  CHECK(d.state(job) == job_state::running);
  CHECK(d.extend(t.attempt) == errc::lease_lost);
  CHECK(d.core.next_wake() == never);
}

TEST_CASE("The end of an executed job has the backend's time and exit, but is not before its start",
          "[queue][executed]") {
  queue_driver d;
  const auto job = d.push();
  const auto t = take_for_executor(d);
  start(d, t);
  const auto started = d.now;
  d.wait(10s);
  auto how = error("exit status 3");
  how.finished = started + 4s;
  d.apply(job_exited{t.attempt, job, 3, {}});
  how.retryable = false;
  CHECK(!d.complete(t, how));
  CHECK(d.state(job) == job_state::failed);
  CHECK(d.get(job).finished == started + 4s);
  CHECK(d.get(job).execution->exit_code == 3);

  const auto other = d.push();
  const auto u = take_for_executor(d);
  start(d, u);
  auto early = success();
  early.finished = time_point{}; // a clock that is far behind
  d.complete(u, early);
  CHECK(d.get(other).finished == d.get(other).started);
}

TEST_CASE("A lost attempt of an executor counts as a crash, a released one as nothing",
          "[queue][executed]") {
  queue_driver d;
  const auto job = d.push();
  auto t = take_for_executor(d);
  d.release(t);
  CHECK(d.get(job).counts.attempts == 0);
  t = take_for_executor(d);
  start(d, t);
  CHECK(!d.lose(t));
  CHECK(d.state(job) == job_state::ready);
  CHECK(d.get(job).counts.crashes == 1);
}

TEST_CASE("A restart restores an executor's attempts as they were", "[queue][executed]") {
  auto settings = plain_settings();
  settings.timeout = 1s;
  settings.batch = batch_settings{5, milliseconds{0}, ""};
  queue_driver d(settings);
  d.push();
  d.push();
  const auto starting = take_for_executor(d, 5);
  d.push();
  const auto running = take_for_executor(d, 5);
  start(d, running);

  queue_driver again(settings);
  again.now = d.now + 24h;
  for (const auto attempt : d.core.attempts())
    for (const auto job : d.core.jobs_of(attempt))
      again.core.restore(d.get(job));
  again.core.renew_leases(again.now);
  again.settle_due();
  CHECK(again.core.jobs_of(starting.attempt) == starting.jobs);
  CHECK(again.core.executed(starting.attempt));
  CHECK(again.state(starting.job()) == job_state::starting);
  CHECK(again.core.executed(running.attempt));
  CHECK(again.state(running.job()) == job_state::running);
  CHECK(again.get(running.job()).execution->handle == "pid:7");
  CHECK(again.core.next_wake() == never);
}
