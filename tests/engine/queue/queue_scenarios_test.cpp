// Requirements on schedulers of this kind from practice, as far as one queue fulfils them.
#include "tests/engine/queue/queue_driver.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace rota::engine;
using namespace rota::engine::test;

// -- places ---------------------------------------------------------------------------------------

TEST_CASE("S3: every waiting job has a position, running and failed ones have none", "[scenario]") {
  queue_driver d;
  auto jobs = d.push_many(3);
  CHECK(d.core.position(jobs[2]) == 3);
  d.take();
  CHECK_FALSE(d.core.position(jobs[0]));
  CHECK(d.core.position(jobs[1]) == 1);
  d.complete(d.take(), error("no", false));
  CHECK_FALSE(d.core.position(jobs[1]));
  d.cancel(jobs[2]);
  CHECK_FALSE(d.core.position(jobs[2]));
}

TEST_CASE("S4: ten waiting jobs have positions one to ten, later ones are behind them",
          "[scenario]") {
  queue_driver d;
  auto jobs = d.push_many(10);
  d.wait(1s);
  d.push_many(10);
  for (std::size_t i = 0; i < 10; ++i)
    CHECK(d.core.position(jobs[i]) == i + 1);
}

// -- takes ----------------------------------------------------------------------------------------

TEST_CASE("D1: the job that has waited longest goes first", "[scenario]") {
  queue_driver d;
  std::vector<serial> by_age;
  for (int minutes = 5; minutes >= 1; --minutes) {
    by_age.push_back(d.push());
    d.wait(1min);
  }
  CHECK(d.take().job() == by_age[0]);
  CHECK(d.take().job() == by_age[1]);
}

TEST_CASE("D1: jobs that are not due are passed over", "[scenario]") {
  queue_driver d;
  d.push_at(d.now + 1min);
  d.push_at(d.now + 2min);
  auto ready = d.push();
  CHECK(d.take().job() == ready);
  CHECK_FALSE(d.try_take());
}

TEST_CASE("D2: three workers share two jobs and the third gets nothing", "[scenario]") {
  queue_driver d;
  auto a = d.push();
  auto b = d.push();
  CHECK(d.take().job() == a);
  CHECK(d.take().job() == b);
  CHECK_FALSE(d.try_take());
}

TEST_CASE("D3: a failed job waits out its delay, then goes before a younger one", "[scenario]") {
  queue_driver d(
      [](auto& s) { s.retry = {.max_attempts = 5, .base = 5min, .max = 5min, .jitter = false}; });
  auto failed_long_ago = d.push();
  d.complete(d.take(), error());
  d.wait(2min);
  auto failed_lately = d.push();
  d.complete(d.take(), error());
  d.wait(4min);
  auto fresh = d.push();
  for (auto expected : {failed_long_ago, fresh}) {
    auto t = d.take();
    CHECK(t.job() == expected);
    d.complete(t);
  }
  CHECK_FALSE(d.try_take());
  d.wait(1min);
  CHECK(d.take().job() == failed_lately);
}

TEST_CASE("D4: a job fails for good when its tries are used up", "[scenario]") {
  queue_driver d([](auto& s) { s.retry.max_attempts = 2; });
  auto job = d.push();
  d.complete(d.take(), error());
  CHECK(d.state(job) == job_state::delayed);
  d.wait(1min);
  d.complete(d.take(), error());
  CHECK(d.state(job) == job_state::failed);
}

TEST_CASE("D5: stalled jobs are taken again until they have crashed too often", "[scenario]") {
  auto settings = plain_settings();
  settings.lease = 5s;
  settings.max_crashes = 5;
  queue_driver d(settings);
  auto poison = d.push();
  for (int i = 0; i < 5; ++i) {
    d.take();
    d.wait(5s);
    REQUIRE(d.state(poison) == job_state::ready);
  }
  d.take();
  auto healthy = d.push();
  d.wait(2s);
  auto kept = d.take();
  REQUIRE(kept.job() == healthy);
  d.wait(3s);
  CHECK(d.state(poison) == job_state::failed);
  CHECK(d.get(poison).counts.crashes == 6);
  CHECK(d.get(poison).error->kind == "crashed");
  CHECK(d.state(healthy) == job_state::running);
}

TEST_CASE("D6: a heartbeat extends its own lease only and reports unknown ones", "[scenario]") {
  queue_driver d;
  d.push();
  d.push();
  auto a = d.take();
  auto b = d.take();
  d.wait(10s);
  CHECK_FALSE(d.extend(a.attempt));
  CHECK(d.core.attempt(a.attempt)->deadline == d.now + 30s);
  CHECK(d.core.attempt(b.attempt)->deadline == d.now + 20s);
  CHECK(d.extend(serial{12345}) == errc::lease_lost);
}

TEST_CASE("D7: a second result for a job changes nothing", "[scenario]") {
  queue_driver d;
  d.push();
  auto t = d.take();
  d.complete(t);
  auto before = d.get(t.job());
  CHECK(d.complete(t, error()) == errc::lease_lost);
  CHECK(d.complete(t, success("2")) == errc::lease_lost);
  CHECK(d.get(t.job()) == before);
}

TEST_CASE("D7: a result under another attempt's name is refused without a trace", "[scenario]") {
  queue_driver d;
  d.push();
  d.push();
  auto a = d.take();
  auto b = d.take();
  auto before = d.get(a.job());
  CHECK(d.complete(b.attempt, a.job()) == errc::lease_lost);
  CHECK(d.get(a.job()) == before);
}

TEST_CASE("D8: the oldest wait counts from when a job could first have run", "[scenario]") {
  queue_driver d;
  CHECK_FALSE(d.core.oldest_ready());
  d.push_at(d.now + 10min);
  CHECK_FALSE(d.core.oldest_ready());
  d.wait(15min);
  CHECK(d.core.oldest_ready() == d.now - 5min);
  d.push(with_concurrency_key("k"));
  d.wait(1min);
  CHECK(d.core.oldest_ready() == d.now - 6min);
}

TEST_CASE("D9: a cancel ends what waits, flags what runs and passes over what has ended",
          "[scenario]") {
  queue_driver d;
  auto done = d.push();
  auto running = d.push();
  auto waiting = d.push();
  d.complete(d.take());
  auto t = d.take();
  CHECK_FALSE(d.cancel(waiting));
  CHECK(d.state(waiting) == job_state::cancelled);
  CHECK(d.get(waiting).finished == d.now);
  CHECK_FALSE(d.cancel(running));
  CHECK(d.state(running) == job_state::running);
  CHECK_FALSE(d.get(running).finished);
  CHECK(d.core.cancelling(running));
  CHECK(d.cancel(done) == errc::wrong_state);
  CHECK_FALSE(d.cancel(running)); // repeated, without effect
  d.complete(t, error());
  CHECK(d.state(running) == job_state::cancelled);
  CHECK(d.get(running).finished == d.now);
  CHECK(d.get(running).counts.crashes == 0);
}

TEST_CASE("J9: a job that is given back for a pause waits as if it had not been tried",
          "[scenario]") {
  queue_driver d;
  auto job = d.push();
  auto before = d.get(job);
  d.release(d.take());
  auto after = d.get(job);
  CHECK(after.state == job_state::ready);
  CHECK_FALSE(after.started);
  CHECK(after.counts == before.counts);
  CHECK(after.ready_since == before.ready_since);
}

// -- leases ---------------------------------------------------------------------------------------

TEST_CASE("L1: ten jobs in leases of four: each once, with the first try and the full lease",
          "[scenario]") {
  auto settings = batch_settings_of(4);
  settings.lease = 300s;
  queue_driver d(settings);
  d.push_many(10);
  std::vector<serial> seen;
  for (int i = 0; i < 10; ++i) {
    if (auto t = d.try_take(4)) {
      seen.insert(seen.end(), t->jobs.begin(), t->jobs.end());
      CHECK(d.core.attempt(t->attempt)->deadline == d.now + 300s);
      for (const auto& job : d.core.leased_jobs(t->attempt))
        CHECK(job.attempt == 1);
    }
  }
  CHECK(seen.size() == 10);
  std::sort(seen.begin(), seen.end());
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("L2, L3: deferred jobs come back after their delay, lapsed leases after the lease",
          "[scenario]") {
  queue_driver d([](auto& s) { s.lease = 300s; });
  std::vector<queue_driver::taken> taken;
  for (int i = 0; i < 10; ++i) {
    d.push();
    taken.push_back(d.take());
  }
  d.defer(taken[0], 10s);
  d.defer(taken[1], 10s);
  CHECK_FALSE(d.try_take());
  d.wait(10s);
  auto first = d.take();
  auto second = d.take();
  CHECK(first.job() == taken[0].job());
  CHECK(second.job() == taken[1].job());
  CHECK(d.get(first.job()).counts.attempts == 1);
  CHECK_FALSE(d.try_take());
  d.wait(290s);
  CHECK(d.core.counts().ready == 8); // the two were leased ten seconds later
  d.wait(10s);
  CHECK(d.core.counts().ready == 10);
  while (auto t = d.try_take())
    CHECK(d.get(t->job()).counts.attempts == 2);
}

TEST_CASE("L4: only the token of the lease gives a job back", "[scenario]") {
  queue_driver d;
  auto job = d.push();
  auto t = d.take();
  CHECK(d.release({{777}, {job}}) == errc::lease_lost);
  CHECK_FALSE(d.release(t));
  CHECK(d.release(t) == errc::lease_lost);
}

TEST_CASE("L5: reading leases takes nothing", "[scenario]") {
  queue_driver d;
  d.push();
  for (int i = 0; i < 3; ++i) {
    d.core.all_lanes();
    d.core.attempts();
    d.core.attempt_uses();
    d.core.take_changes();
  }
  CHECK(d.core.counts().ready == 1);
  CHECK(d.core.attempts().empty());
}

TEST_CASE("L7: the remaining time of a lease is never negative and heartbeats never shorten it",
          "[scenario]") {
  queue_driver d;
  d.push();
  auto t = d.take(1, 100s);
  auto left = [&] { return d.core.attempt(t.attempt)->deadline - d.now; };
  CHECK(left() == 100s);
  d.wait(60s);
  CHECK(left() == 40s);
  d.extend(t.attempt, 10s);
  CHECK(left() == 40s);
  d.extend(t.attempt, 90s);
  CHECK(left() == 90s);
}

TEST_CASE("L8: a job whose worker dies every time is taken max_crashes + 1 times", "[scenario]") {
  queue_driver d([](auto& s) { s.max_crashes = 2; });
  auto job = d.push();
  int calls = 0;
  while (auto t = d.try_take()) {
    ++calls;
    d.wait(30s);
  }
  CHECK(calls == 3);
  CHECK(d.state(job) == job_state::failed);
}

TEST_CASE("L8: a backend that fails every time is called max_attempts times", "[scenario]") {
  queue_driver d;
  auto job = d.push();
  int calls = 0;
  while (auto t = d.try_take()) {
    ++calls;
    d.complete(*t, error("500"));
    d.wait(1min);
  }
  CHECK(calls == 3);
  CHECK(d.state(job) == job_state::failed);
}

TEST_CASE("L9: a delay that the backend requests is kept exactly, however long", "[scenario]") {
  queue_driver d;
  auto job = d.push();
  auto t = d.take();
  auto after =
      std::chrono::duration_cast<milliseconds>(d.core.attempt(t.attempt)->deadline - d.now) + 1s;
  d.defer(t, after);
  CHECK(d.core.attempts().empty());
  CHECK(d.get(job).counts.attempts == 0);
  CHECK(d.get(job).counts.polls == 1);
  d.wait(after - 1us);
  CHECK_FALSE(d.try_take());
  d.wait(1us);
  CHECK(d.take().job() == job);
}

// -- what must never happen -----------------------------------------------------------------------

TEST_CASE("X5: a delayed head does not cost the tenant its turn", "[scenario]") {
  queue_driver d;
  auto delayed = with_priority(-1000);
  delayed.options.not_before = d.now + 1h;
  d.push(delayed);
  auto ready = d.push();
  auto lanes = d.core.take_changes().lanes;
  REQUIRE(lanes.size() == 1);
  CHECK(lanes[0].ready == 1);
  CHECK(d.take().job() == ready);
}

TEST_CASE("X6: a cancelled job whose worker stalls is cancelled and never runs again",
          "[scenario]") {
  queue_driver d;
  auto job = d.push();
  d.take();
  d.cancel(job);
  d.wait(30s);
  CHECK(d.state(job) == job_state::cancelled);
  CHECK_FALSE(d.try_take());
  d.wait(1h);
  CHECK_FALSE(d.try_take());
}

TEST_CASE("X7: the late result of a stalled attempt is refused while the next one runs",
          "[scenario]") {
  queue_driver d;
  auto job = d.push();
  auto stalled = d.take();
  d.wait(30s);
  auto current = d.take();
  REQUIRE(current.job() == job);
  CHECK(d.complete(stalled, success("\"late\"")) == errc::lease_lost);
  CHECK_FALSE(d.complete(current, success("\"right\"")));
  CHECK(d.get(job).result == "\"right\"");
}

TEST_CASE("a result is accepted after the deadline until the lease's expiry is applied",
          "[scenario]") {
  queue_driver d;
  d.push();
  auto t = d.take();
  d.now += 31s;
  CHECK_FALSE(d.complete(t));
}
