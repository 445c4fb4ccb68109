// The queue's rules, one by one.
#include "tests/engine/queue_driver.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace rota::engine;
using namespace rota::engine::test;

// -- order ----------------------------------------------------------------------------------------

TEST_CASE("jobs of equal priority go in the order in which they came", "[queue]") {
  queue_driver d;
  auto a = d.push();
  auto b = d.push();
  d.wait(1s);
  auto c = d.push();
  CHECK(d.take().job() == a);
  CHECK(d.take().job() == b);
  CHECK(d.take().job() == c);
  CHECK_FALSE(d.try_take());
}

TEST_CASE("one step of priority is worth its age and no more", "[queue]") {
  queue_driver d;
  auto old = d.push(with_priority(1));
  d.wait(59s);
  auto urgent = d.push(with_priority(0));
  CHECK(d.core.position(urgent) == 1);
  CHECK(d.core.position(old) == 2);
  d.wait(2s);
  auto late = d.push(with_priority(0));
  CHECK(d.core.position(old) == 2);
  CHECK(d.core.position(late) == 3);
}

TEST_CASE("settings that change leave the order of waiting jobs alone", "[queue]") {
  queue_driver d;
  auto a = d.push(with_priority(1));
  auto b = d.push(with_priority(0));
  auto settings = plain_settings();
  settings.age = 0ms;
  d.core.configure(settings);
  CHECK(d.core.position(b) == 1);
  CHECK(d.core.position(a) == 2);
}

// -- lanes ----------------------------------------------------------------------------------------

TEST_CASE("a lane's report tells its head, its next jobs and whether costs are uniform",
          "[queue]") {
  queue_driver d;
  for (int i = 0; i < 10; ++i) {
    d.push();
  }
  auto lanes = d.core.take_changes().lanes;
  REQUIRE(lanes.size() == 1);
  CHECK(lanes[0].ready == 10);
  CHECK(lanes[0].known == upcoming_max);
  CHECK(lanes[0].uniform);
  CHECK(lanes[0].next[0].order == to_us(d.now));
  CHECK(lanes[0].next[0].cost == micro::of(1));
  CHECK(lanes[0].linger_until <= d.now);
  CHECK(*lanes[0].traits == lane_traits{});
  CHECK(d.core.take_changes().lanes.empty());

  auto heavy = with_priority(-1);
  heavy.cost = micro::of(5);
  auto h = d.push(heavy);
  lanes = d.core.take_changes().lanes;
  REQUIRE(lanes.size() == 1);
  CHECK(lanes[0].next[0].cost == micro::of(5));
  CHECK_FALSE(lanes[0].uniform);
  d.cancel(h);
  CHECK(d.core.take_changes().lanes.at(0).uniform);
}

TEST_CASE("jobs with other keys, slots or batch values stand in other lanes", "[queue]") {
  auto settings = batch_settings_of(10);
  queue_driver d(settings);
  d.push();
  d.push(with_concurrency_key("host-a"));
  d.push(with_concurrency_key("host-a"));
  d.push(with_concurrency_key("host-b"));
  job_spec wide;
  wide.slots = micro::of(2);
  d.push(wide);
  job_spec valued;
  valued.batch_key = "1";
  d.push(valued);
  job_spec alone;
  alone.batches = false;
  d.push(alone);
  auto lanes = d.core.all_lanes();
  REQUIRE(lanes.size() == 6);
  CHECK(lanes[1].traits->concurrency_key == "host-a");
  CHECK(lanes[1].ready == 2);
  CHECK(lanes[3].traits->slots == micro::of(2));
  CHECK(lanes[4].traits->batch_key == "1");
  CHECK(lanes[5].traits->batch_max == 1);
}

TEST_CASE("a lane that runs empty is reported once and its number is used again", "[queue]") {
  queue_driver d;
  d.push(with_concurrency_key("a"));
  d.push(with_concurrency_key("b"));
  auto first = d.core.take_changes().lanes;
  REQUIRE(first.size() == 2);
  d.try_take_from(first[0].lane);
  auto gone = d.core.take_changes().lanes;
  REQUIRE(gone.size() == 1);
  CHECK(gone[0].lane == first[0].lane);
  CHECK(gone[0].ready == 0);
  CHECK(d.core.take_changes().lanes.empty());
  CHECK_FALSE(d.try_take_from(first[0].lane));

  auto c = d.push(with_concurrency_key("c"));
  CHECK(d.core.lane_of(c) == first[0].lane);
  CHECK(d.core.take_changes().lanes.at(0).traits->concurrency_key == "c");
}

TEST_CASE("a lane that came and went unseen is not reported", "[queue]") {
  queue_driver d;
  d.cancel(d.push());
  CHECK(d.core.take_changes().lanes.empty());
}

TEST_CASE("the next jobs of a lane stay right through takes and early comers", "[queue]") {
  queue_driver d;
  for (int i = 0; i < 30; ++i) {
    d.push(with_priority(100 - (i * 37) % 50));
    if (i % 3 == 0) {
      d.take();
    }
    auto lanes = d.core.take_changes().lanes;
    if (lanes.empty()) {
      continue;
    }
    const auto& lane = lanes[0];
    REQUIRE(lane.known == std::min<std::size_t>(lane.ready, upcoming_max));
    for (std::size_t k = 1; k < lane.known; ++k) {
      REQUIRE(lane.next[k - 1].order <= lane.next[k].order);
    }
    if (lane.ready > 0) {
      REQUIRE(lane.next[0].order == d.core.all_lanes().at(0).next[0].order);
    }
  }
}

// -- takes and batches ----------------------------------------------------------------------------

TEST_CASE("a take hands out payload, priority and the number of the try", "[queue]") {
  queue_driver d;
  auto spec = with_payload(R"({"x": 0.1})");
  spec.priority = -3;
  auto job = d.push(spec);
  auto t = d.take();
  auto leased = d.core.leased_jobs(t.attempt);
  REQUIRE(leased.size() == 1);
  CHECK(leased[0].number == job);
  CHECK(leased[0].payload == R"({"x": 0.1})");
  CHECK(leased[0].priority == -3);
  CHECK(leased[0].attempt == 1);
  CHECK(leased[0].checkpoint == nullptr);
  auto attempt = d.core.attempt(t.attempt);
  REQUIRE(attempt);
  CHECK(attempt->worker == "w");
  CHECK(attempt->deadline == d.now + 30s);
  CHECK(d.get(job).started == d.now);
  CHECK(d.get(job).attempt == attempt);
}

TEST_CASE("a take holds no more than the lane's batch allows and what was ordered", "[queue]") {
  queue_driver d(batch_settings_of(3));
  std::vector<serial> jobs;
  for (int i = 0; i < 5; ++i) {
    jobs.push_back(d.push());
  }
  CHECK(d.take(10).jobs == std::vector{jobs[0], jobs[1], jobs[2]});
  CHECK(d.take(1).jobs == std::vector{jobs[3]});
  CHECK(d.take(10).jobs == std::vector{jobs[4]});
}

TEST_CASE("a type without batches gives one job a lease", "[queue]") {
  queue_driver d;
  d.push();
  d.push();
  CHECK(d.take(10).jobs.size() == 1);
}

TEST_CASE("the asker's lease time stands before the job's, and that before the type's",
          "[queue]") {
  auto settings = batch_settings_of(3);
  queue_driver d(settings);
  job_spec own;
  own.lease = 40s;
  d.push(own);
  own.lease = 20s;
  d.push(own);
  d.push();
  auto t = d.take(3);
  CHECK(d.core.attempt(t.attempt)->lease == 20s);
  for (auto job : t.jobs) {
    d.commit(d.core.decide_release(t.attempt, job, d.now));
  }
  CHECK(d.core.attempt(d.take(3, 90s).attempt)->lease == 90s);
}

TEST_CASE("a job's own lease time can be longer than the type's", "[queue]") {
  queue_driver d;
  job_spec own;
  own.lease = 40s;
  d.push(own);
  CHECK(d.core.attempt(d.take().attempt)->lease == 40s);
}

TEST_CASE("results of a batch come back job by job and it ends with the last one", "[queue]") {
  queue_driver d(batch_settings_of(3));
  for (int i = 0; i < 3; ++i) {
    d.push();
  }
  auto t = d.take(3);
  d.core.take_changes();
  d.wait(2s);
  CHECK_FALSE(d.complete(t.attempt, t.jobs[1], success()));
  CHECK(d.core.jobs_of(t.attempt) == std::vector{t.jobs[0], t.jobs[2]});
  CHECK(d.complete(t.attempt, t.jobs[1], success()) == errc::lease_lost);
  CHECK_FALSE(d.complete(t.attempt, t.jobs[0], success()));
  CHECK(d.core.take_changes().freed.empty());
  CHECK_FALSE(d.complete(t.attempt, t.jobs[2], success()));
  auto freed = d.core.take_changes().freed;
  REQUIRE(freed.size() == 1);
  CHECK(freed[0].attempt == t.attempt);
  CHECK(freed[0].ran == 2s);
  CHECK(d.core.attempts().empty());
}

TEST_CASE("after failing in a batch a job goes in one of half the size", "[queue]") {
  queue_driver d(batch_settings_of(5));
  for (int i = 0; i < 5; ++i) {
    d.push();
  }
  auto t = d.take(5);
  d.complete(t.attempt, t.jobs[0], success());
  d.complete(t.attempt, t.jobs[1], error());
  d.commit(d.core.decide_release(t.attempt, t.jobs[2], d.now));
  d.complete(t.attempt, t.jobs[3], error());
  d.complete(t.attempt, t.jobs[4], error());
  CHECK(d.get(t.jobs[1]).batch_limit == 2);
  CHECK(d.get(t.jobs[2]).batch_limit == 0);
  CHECK(d.get(t.jobs[4]).batch_limit == 2); // The attempt's size counts, not what is left of it.
  d.wait(1s);
  auto lanes = d.core.all_lanes();
  REQUIRE(lanes.size() == 2);
  CHECK(d.core.lane_of(t.jobs[1]) != d.core.lane_of(t.jobs[2]));

  auto half = *d.try_take_from(*d.core.lane_of(t.jobs[1]), 5);
  REQUIRE(half.jobs == std::vector{t.jobs[1], t.jobs[3]});
  d.complete(half.attempt, half.jobs[0], error());
  CHECK(d.get(half.jobs[0]).batch_limit == 1);
}

TEST_CASE("a lane lingers from when its first job came, a take starts it over", "[queue]") {
  queue_driver d(batch_settings_of(2, 500ms));
  auto came = d.now;
  d.push();
  d.wait(100ms);
  auto urgent = d.push(with_priority(-1));
  d.wait(100ms);
  auto third = d.push();
  CHECK(d.core.all_lanes().at(0).linger_until == came + 500ms);
  d.cancel(urgent);
  CHECK(d.core.all_lanes().at(0).linger_until == came + 500ms);
  d.take(1);
  CHECK(d.core.position(third) == 1);
  CHECK(d.core.all_lanes().at(0).linger_until == came + 700ms);
}

TEST_CASE("lanes are built again when the type's batches change", "[queue]") {
  queue_driver d;
  for (int i = 0; i < 4; ++i) {
    d.push();
  }
  d.core.take_changes();
  d.core.configure(batch_settings_of(4, 1s));
  auto lanes = d.core.take_changes().lanes;
  REQUIRE(lanes.size() == 2);
  CHECK(lanes[0].ready == 0);
  CHECK(lanes[1].ready == 4);
  CHECK(lanes[1].traits->batch_max == 4);
  CHECK(lanes[1].linger_until == d.now + 1s);
  CHECK(d.take(9).jobs.size() == 4);
}

// -- tries ----------------------------------------------------------------------------------------

TEST_CASE("crashed tries count as tries but don't use them up", "[queue]") {
  auto settings = plain_settings();
  settings.retry.max_attempts = 2;
  queue_driver d(settings);
  auto job = d.push();
  d.lose(d.take());
  CHECK(d.get(job).counts.attempts == 1);
  CHECK(d.get(job).counts.crashes == 1);
  CHECK(d.get(job).error->kind == "crashed");
  auto t = d.take();
  CHECK(d.core.leased_jobs(t.attempt)[0].attempt == 2);
  d.complete(t, error());
  CHECK(d.state(job) == job_state::delayed);
  CHECK(d.get(job).ready_since == d.now + 1s); // The first error's wait.
  d.wait(1s);
  d.complete(d.take(), error("last"));
  CHECK(d.state(job) == job_state::failed);
  CHECK(d.get(job).counts.attempts == 3);
  CHECK(d.get(job).error == failure{"last", ""});
  CHECK(d.get(job).finished == d.now);
}

TEST_CASE("a crashed job keeps its place in the order", "[queue]") {
  queue_driver d;
  auto a = d.push();
  d.wait(1s);
  d.push();
  auto since = d.get(a).ready_since;
  d.wait(1s);
  d.lose(d.take());
  CHECK(d.get(a).ready_since == since);
  CHECK(d.core.position(a) == 1);
}

TEST_CASE("a job's own number of tries stands before the type's", "[queue]") {
  queue_driver d;
  job_spec once;
  once.max_attempts = 1;
  auto job = d.push(once);
  d.complete(d.take(), error());
  CHECK(d.state(job) == job_state::failed);
}

TEST_CASE("a try that runs out of its time is an error, heartbeats or not", "[queue]") {
  auto settings = plain_settings();
  settings.timeout = 45s;
  queue_driver d(settings);
  auto job = d.push();
  auto t = d.take();
  d.wait(20s);
  d.extend(t.attempt);
  d.wait(24s);
  CHECK(d.state(job) == job_state::running);
  CHECK(d.core.next_wake() == d.now + 1s);
  d.wait(1s);
  CHECK(d.state(job) == job_state::delayed);
  CHECK(d.get(job).error->kind == "timeout");
  CHECK(d.get(job).counts.crashes == 0);
  CHECK(d.complete(t) == errc::lease_lost);
}

TEST_CASE("times never go back", "[queue]") {
  queue_driver d;
  auto job = d.push();
  auto t = d.take();
  auto started = d.now;
  d.now -= 10s;
  d.complete(t);
  CHECK(d.get(job).started == started);
  CHECK(d.get(job).finished == started);
}

TEST_CASE("a result and the reason of the last failure are kept", "[queue]") {
  queue_driver d;
  auto job = d.push();
  d.complete(d.take(), error("first"));
  d.wait(1s);
  d.complete(d.take(), success("[1.50]"));
  CHECK(d.get(job).result == "[1.50]");
  CHECK(d.get(job).error->message == "first");
  CHECK(d.get(job).worker == "w");
}

// -- defer ----------------------------------------------------------------------------------------

TEST_CASE("a deferred job holds nothing, counts no try and resumes from its checkpoint",
          "[queue]") {
  queue_driver d;
  auto job = d.push();
  d.defer(d.take(), 10s, R"({"step": 1})");
  auto r = d.get(job);
  CHECK(r.state == job_state::delayed);
  CHECK(r.delayed_by == delay_reason::deferred);
  CHECK(r.counts == job_counts{.attempts = 0, .crashes = 0, .polls = 1, .polls_in_row = 1});
  CHECK(r.ready_since == d.now + 10s);
  CHECK(d.core.attempts().empty());
  d.wait(10s);
  auto t = d.take();
  auto leased = d.core.leased_jobs(t.attempt);
  CHECK(leased[0].attempt == 1);
  CHECK(*leased[0].checkpoint == R"({"step": 1})");
}

TEST_CASE("polls back off until the checkpoint shows progress", "[queue]") {
  queue_driver d;
  auto job = d.push();
  auto wait_after = [&](std::optional<std::string> checkpoint) {
    d.defer(d.take(), {}, std::move(checkpoint));
    auto waits = d.get(job).ready_since - d.now;
    d.wait(waits);
    return waits;
  };
  CHECK(wait_after("1") == 1s);
  CHECK(wait_after("1") == 2s);
  CHECK(wait_after({}) == 4s);
  CHECK(wait_after("2") == 1s);
  CHECK(wait_after("2") == 2s);
  CHECK(d.get(job).counts.polls == 5);
}

TEST_CASE("too many polls or a poll past the deadline fail the job", "[queue]") {
  auto settings = plain_settings();
  SECTION("polls") {
    settings.poll.max_polls = 1;
    queue_driver d(settings);
    auto job = d.push();
    d.defer(d.take(), 0ms);
    d.defer(d.take(), 0ms);
    CHECK(d.state(job) == job_state::failed);
    CHECK(d.get(job).error->kind == "max_polls");
    CHECK(d.get(job).counts.attempts == 0);
  }
  SECTION("deadline") {
    settings.poll.deadline = 10s;
    queue_driver d(settings);
    auto job = d.push();
    d.defer(d.take(), 8s);
    d.wait(8s);
    d.defer(d.take(), 8s);
    CHECK(d.get(job).ready_since == d.now + 2s);
    d.wait(2s);
    d.defer(d.take(), 8s);
    CHECK(d.get(job).error->kind == "deadline");
  }
}

// -- dedup ----------------------------------------------------------------------------------------

TEST_CASE("a second push with a key answers with the first job in any state", "[queue]") {
  queue_driver d;
  auto first = d.push(with_key("k", "1"));
  auto again = [&] { return std::get<duplicate_push>(d.offer(with_key("k", "2"))); };
  CHECK(again().first == first);
  CHECK(again().state == job_state::ready);
  auto t = d.take();
  CHECK(again().state == job_state::running);
  d.complete(t);
  CHECK(again().state == job_state::succeeded);
  d.snapshot();
  CHECK_FALSE(d.core.find(first));
  CHECK(again().state == job_state::succeeded);
  d.wait(1h - 1us);
  CHECK(again().first == first);
  CHECK(d.core.next_wake() == d.now + 1us);
  d.wait(1us);
  CHECK(d.push(with_key("k", "3")) != first);
  CHECK(d.core.counts().ready == 1);
}

TEST_CASE("a push that replaces gives a waiting job its payload, priority and times",
          "[queue]") {
  auto settings = plain_settings();
  settings.dedup = dedup_policy::replace;
  queue_driver d(settings);
  auto first = d.push(with_key("k", "1"));
  d.defer(d.take(), 10s, "5");
  auto created = d.get(first).created;
  d.wait(1s);
  auto spec = with_key("k", "2");
  spec.priority = 7;
  CHECK(std::get<job_replaced>(d.offer(spec)).number == first);
  auto r = d.get(first);
  CHECK(r.spec == spec);
  CHECK(r.state == job_state::ready);
  CHECK(r.ready_since == d.now);
  CHECK(r.created == created);
  CHECK(r.counts.polls == 1);
  CHECK_FALSE(r.checkpoint); // It was of the work that is gone.

  auto t = d.take();
  CHECK(std::get<duplicate_push>(d.offer(spec)).state == job_state::running);
  d.complete(t);
  auto second = d.push(spec);
  CHECK(second != first);
  d.revive(first); // It succeeded: refused.
  CHECK(std::get<job_replaced>(d.offer(spec)).number == second);
}

TEST_CASE("a revived job has its key again unless another one got it", "[queue]") {
  auto settings = plain_settings();
  settings.dedup = dedup_policy::replace;
  queue_driver d(settings);
  auto first = d.push(with_key("k"));
  d.cancel(first);
  SECTION("alone") {
    d.revive(first);
    d.wait(2h);
    CHECK(std::get<job_replaced>(d.offer(with_key("k"))).number == first);
  }
  SECTION("with another") {
    auto second = d.push(with_key("k"));
    d.revive(first);
    CHECK(std::get<job_replaced>(d.offer(with_key("k"))).number == second);
  }
}

TEST_CASE("keys of ended jobs are handed to snapshots with their times", "[queue]") {
  queue_driver d;
  auto job = d.push(with_key("k"));
  CHECK_FALSE(d.core.has_key_changes());
  d.cancel(job);
  CHECK(d.core.take_key_changes(9) ==
        std::vector{key_change{"k", false, job, job_state::cancelled, d.now + 1h}});
  d.revive(job);
  CHECK(d.core.take_key_changes(9).at(0).dropped);
}

// -- put back by hand -----------------------------------------------------------------------------

TEST_CASE("a revived job starts over with its counts", "[queue]") {
  queue_driver d;
  auto job = d.push();
  d.complete(d.take(), error("no", false));
  d.wait(5s);
  CHECK_FALSE(d.revive(job));
  auto r = d.get(job);
  CHECK(r.state == job_state::ready);
  CHECK(r.counts == job_counts{});
  CHECK(r.ready_since == d.now);
  CHECK_FALSE(r.finished);
  CHECK(r.error->message == "no");
}

TEST_CASE("a job that had left memory is revived from its record", "[queue]") {
  queue_driver d;
  auto job = d.push(with_payload("[1]"));
  d.complete(d.take(), error("no", false));
  auto record = d.get(job);
  d.snapshot();
  CHECK(d.revive(job) == errc::not_found);
  CHECK_FALSE(d.commit(d.core.decide_revive(record, d.now)));
  CHECK(d.get(job).spec.payload == "[1]");
  CHECK(d.state(job) == job_state::ready);
  CHECK(d.commit(d.core.decide_revive(record, d.now)) == errc::wrong_state);
  CHECK_FALSE(d.core.take_dirty(9).at(0).stored);
}

// -- telling --------------------------------------------------------------------------------------

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

TEST_CASE("changes of state are told while somebody watches", "[queue]") {
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

TEST_CASE("lists go by number, in pages, of one state or of all", "[queue]") {
  queue_driver d;
  std::vector<serial> jobs;
  for (int i = 0; i < 6; ++i) {
    jobs.push_back(i % 2 == 0 ? d.push() : d.push_at(d.now + 1h));
  }
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

TEST_CASE("each changed job is handed to a snapshot once, ended ones too", "[queue]") {
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
  d.core.forget(c); // It lives.
  d.core.forget(a);
  CHECK_FALSE(d.core.find(a));
  CHECK(d.core.take_dirty(2).at(0).number == c);
  CHECK(d.core.dirty_count() == 0);
  d.cancel(b);
  d.core.forget(b); // Its end isn't written yet.
  REQUIRE(d.core.find(b));
  CHECK(d.core.take_dirty(2).at(0).stored);
}

TEST_CASE("a job that comes due by time alone needs no new row", "[queue]") {
  queue_driver d;
  d.push_at(d.now + 1s);
  d.core.take_dirty(9);
  d.wait(1s);
  CHECK(d.core.dirty_count() == 0);
}

TEST_CASE("a batch is rebuilt from the rows of its jobs and its lease renewed", "[queue]") {
  queue_driver d(batch_settings_of(3));
  for (int i = 0; i < 3; ++i) {
    d.push(with_priority(-i));
  }
  auto t = d.take(3);
  REQUIRE(t.jobs == std::vector<serial>{{3}, {2}, {1}});
  queue restored({{1}, "type", "tenant"}, batch_settings_of(3));
  for (auto job : {t.jobs[2], t.jobs[1], t.jobs[0]}) {
    restored.restore(d.get(job));
  }
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

TEST_CASE("a queue shrinks when it runs empty and works on", "[queue]") {
  queue_driver d;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 3000; ++i) {
      d.push();
    }
    REQUIRE(d.core.counts().ready == 3000);
    while (auto t = d.try_take()) {
      d.complete(*t);
    }
    d.snapshot();
    REQUIRE(d.core.counts().ended == 0);
    REQUIRE(d.core.next_wake() == never);
  }
}
