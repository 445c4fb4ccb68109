// The reports of a queue: counts, changes, lists, snapshots.
#include "tests/engine/queue/queue_driver.hpp"

#include <catch2/catch.hpp>

using namespace rota::engine;
using namespace rota::engine::test;

// -- reports --------------------------------------------------------------------------------------

TEST_CASE("counts follow the jobs", "[queue]") {
  queue_driver d;
  d.push(with_payload("12345"));
  d.push_at(d.now + 1h);
  CHECK(d.core.counts().waiting_bytes == 9);
  auto t = d.take();
  auto c = d.core.counts();
  CHECK(c.ready == 0);
  CHECK(c.delayed == 1);
  CHECK(c.running == 1);
  CHECK(c.leases == 1);
  CHECK(c.waiting_bytes == 4);
  d.complete(t);
  CHECK(d.core.counts().ended == 1);
  d.snapshot();
  CHECK(d.core.counts().ended == 0);
}

TEST_CASE("changes of state are recorded only while watched", "[queue]") {
  queue_driver d;
  d.push();
  CHECK(d.core.take_changes().transitions.empty());
  d.core.watch(true);
  auto job = d.push_at(d.now + 5s);
  d.wait(10s);
  auto told = d.core.take_changes().transitions;
  REQUIRE(told.size() == 2);
  CHECK(told[0].state == job_state::delayed);
  CHECK(told[1].number == job);
  CHECK(told[1].state == job_state::ready);
  CHECK(told[1].at == d.now - 5s);
  d.core.watch(false);
  d.cancel(job);
  CHECK(d.core.take_changes().transitions.empty());
}

TEST_CASE("lists are ordered by number, in pages, of one state or of all", "[queue]") {
  queue_driver d;
  std::vector<serial> jobs;
  for (int i = 0; i < 6; ++i)
    jobs.push_back(i % 2 == 0 ? d.push() : d.push_at(d.now + 1h));
  auto page = d.core.list({}, {}, 4);
  CHECK(page.jobs == std::vector(jobs.begin(), jobs.begin() + 4));
  CHECK(page.more);
  page = d.core.list({}, jobs[3], 4);
  CHECK(page.jobs == std::vector(jobs.begin() + 4, jobs.end()));
  CHECK_FALSE(page.more);
  page = d.core.list(job_state::delayed, jobs[1], 2);
  CHECK(page.jobs == std::vector{jobs[3], jobs[5]});
  CHECK_FALSE(page.more);
  CHECK(d.core.list(job_state::failed, {}, 2).jobs.empty());
}

TEST_CASE("each changed job is passed to a snapshot once, ended ones too", "[queue]") {
  queue_driver d;
  auto a = d.push();
  auto b = d.push();
  auto c = d.push();
  d.complete(d.take());
  CHECK(d.core.dirty_count() == 3);
  auto first = d.core.take_dirty(2);
  REQUIRE(first.size() == 2);
  CHECK(first[0].number == a);
  CHECK_FALSE(first[0].stored);
  CHECK(first[1].number == b);
  d.core.forget(c); // it lives
  d.core.forget(a);
  CHECK_FALSE(d.core.find(a));
  CHECK(d.core.take_dirty(2).at(0).number == c);
  CHECK(d.core.dirty_count() == 0);
  d.cancel(b);
  d.core.forget(b); // its end is not written yet
  REQUIRE(d.core.find(b));
  CHECK(d.core.take_dirty(2).at(0).stored);
}

TEST_CASE("a job that becomes ready by time alone needs no new row", "[queue]") {
  queue_driver d;
  d.push_at(d.now + 1s);
  d.core.take_dirty(9);
  d.wait(1s);
  CHECK(d.core.dirty_count() == 0);
}

TEST_CASE("a batch is rebuilt from the rows of its jobs and its lease renewed", "[queue]") {
  queue_driver d(batch_settings_of(3));
  for (int i = 0; i < 3; ++i)
    d.push(with_priority(-i));
  auto t = d.take(3);
  REQUIRE(t.jobs == std::vector<serial>{{3}, {2}, {1}});
  queue restored({{1}, "type", "tenant"}, batch_settings_of(3));
  for (auto job : {t.jobs[2], t.jobs[1], t.jobs[0]})
    restored.restore(d.get(job));
  CHECK(restored.jobs_of(t.attempt) == t.jobs);
  CHECK(restored.attempt(t.attempt) == d.core.attempt(t.attempt));
  auto use = restored.use_of(t.attempt);
  REQUIRE(use);
  CHECK(use->jobs == 3);
  CHECK(use->cost == micro::of(3));
  CHECK(use->traits->batch_max == 3);
  restored.renew_leases(d.now + 1h);
  CHECK(restored.attempt(t.attempt)->deadline == d.now + 1h + 30s);
  CHECK_FALSE(restored.decide_overdue(d.now + 1h));
  CHECK(restored.dirty_count() == 0);
}

TEST_CASE("a queue shrinks when it becomes empty, and continues to work", "[queue]") {
  queue_driver d;
  for (int round = 0; round < 3; ++round) {
    d.push_many(3000);
    REQUIRE(d.core.counts().ready == 3000);
    while (auto t = d.try_take())
      d.complete(*t);
    d.snapshot();
    REQUIRE(d.core.counts().ended == 0);
    REQUIRE(d.core.next_wake() == never);
  }
}
