// The effects of the end of a try, a defer, a key and a revival, rule by rule.
#include "tests/engine/queue/queue_driver.hpp"

#include <catch2/catch.hpp>

using namespace rota::engine;
using namespace rota::engine::test;

// -- tries ----------------------------------------------------------------------------------------

TEST_CASE("crashed tries count as tries but don't use them up", "[queue]") {
  queue_driver d([](auto& s) { s.retry.max_attempts = 2; });
  auto job = d.push();
  d.lose(d.take());
  CHECK(d.get(job).counts.attempts == 1);
  CHECK(d.get(job).counts.crashes == 1);
  CHECK(d.get(job).error->kind == "crashed");
  auto t = d.take();
  CHECK(d.core.leased_jobs(t.attempt)[0].attempt == 2);
  d.complete(t, error());
  CHECK(d.state(job) == job_state::delayed);
  CHECK(d.get(job).ready_since == d.now + 1s); // the delay after a first error
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

TEST_CASE("a job's own max_attempts takes precedence over the type's", "[queue]") {
  queue_driver d;
  auto job = d.push(with_options([](auto& o) { o.max_attempts = 1; }));
  d.complete(d.take(), error());
  CHECK(d.state(job) == job_state::failed);
}

TEST_CASE("a try that exceeds its timeout is an error, regardless of heartbeats", "[queue]") {
  queue_driver d([](auto& s) { s.timeout = 45s; });
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

TEST_CASE("a deferred job holds no attempt, counts no try and resumes from its checkpoint",
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

TEST_CASE("a push that replaces gives a waiting job its payload, priority and times", "[queue]") {
  queue_driver d([](auto& s) { s.dedup = dedup_policy::replace; });
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
  CHECK_FALSE(r.checkpoint); // it belonged to the replaced work

  auto t = d.take();
  CHECK(std::get<duplicate_push>(d.offer(spec)).state == job_state::running);
  d.complete(t);
  auto second = d.push(spec);
  CHECK(second != first);
  d.revive(first); // refused: it succeeded
  CHECK(std::get<job_replaced>(d.offer(spec)).number == second);
}

TEST_CASE("a revived job has its key again unless another one got it", "[queue]") {
  queue_driver d([](auto& s) { s.dedup = dedup_policy::replace; });
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
    CHECK(d.get(first).spec.options.key.empty());
  }
}

TEST_CASE("keys of ended jobs are passed to snapshots with their times", "[queue]") {
  queue_driver d;
  auto job = d.push(with_key("k"));
  CHECK_FALSE(d.core.has_key_changes());
  d.cancel(job);
  CHECK(d.core.take_key_changes(9) ==
        std::vector{key_change{"k", false, job, job_state::cancelled, d.now + 1h}});
  d.revive(job);
  CHECK(d.core.take_key_changes(9).at(0).dropped);
}

// -- revive ---------------------------------------------------------------------------------------

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
