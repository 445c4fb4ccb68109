// The counts made while events are applied.
#include "tests/engine/queue/queue_driver.hpp"

#include <catch2/catch.hpp>

#include <numeric>

using namespace rota::engine;
using namespace rota::engine::test;

namespace {

std::uint64_t values_in(const duration_histogram& h) {
  return std::accumulate(h.counts.begin(), h.counts.end(), std::uint64_t{0});
}

} // namespace

TEST_CASE("a value is counted at the first bound that it does not exceed", "[tally]") {
  duration_histogram h;
  h.add(0);
  h.add(1'000);
  h.add(1'001);
  h.add(86'400'000'000);
  h.add(86'400'000'001);
  CHECK(h.counts.front() == 2);
  CHECK(h.counts[1] == 1);
  CHECK(h.counts[h.size - 2] == 1);
  CHECK(h.counts.back() == 1);
  CHECK(h.sum == 2 * 86'400'000'000 + 2'002);
}

TEST_CASE("wait and run are measured from readiness and from the start", "[tally]") {
  queue_driver d;
  d.push_at(d.now + 1min);
  d.wait(1min + 5s); // delayed for a minute: only the five seconds count
  const auto t = d.take(1, 1h);
  d.wait(200ms);
  d.complete(t, success());
  CHECK(d.tally.waits.sum == 5'000'000);
  CHECK(d.tally.waits.counts[duration_histogram::bucket_of(5'000'000)] == 1);
  CHECK(d.tally.runs.sum == 200'000);
  CHECK(d.tally.runs.counts[duration_histogram::bucket_of(200'000)] == 1);
  CHECK(values_in(d.tally.waits) == 1);
  CHECK(values_in(d.tally.runs) == 1);
}

TEST_CASE("a batch is one attempt and each of its jobs", "[tally]") {
  queue_driver d{batch_settings_of(3)};
  d.push_many(3);
  const auto t = d.take(3);
  CHECK(d.tally.of(job_counter::pushed) == 3);
  CHECK(d.tally.of(job_counter::lease_begun) == 1);
  CHECK(d.tally.of(job_counter::dispatched) == 3);
  CHECK(values_in(d.tally.waits) == 3);
  d.complete(t.attempt, t.jobs[0]);
  d.wait(1h); // the lease expires with two jobs left
  CHECK(d.tally.of(job_counter::succeeded) == 1);
  CHECK(d.tally.of(job_counter::tried) == 1);
  CHECK(d.tally.of(job_counter::crashed) == 2);
  CHECK(d.tally.of(job_counter::lease_expired) == 1);
  CHECK(values_in(d.tally.runs) == 1);
}

TEST_CASE("each end of a try is counted by its kind", "[tally]") {
  queue_driver d([](auto& s) { s.retry.max_attempts = 2; });
  d.push();
  d.release(d.take());
  d.defer(d.take(), 1s);
  d.wait(1s);
  d.complete(d.take(), error());
  CHECK(d.tally.of(job_counter::released) == 1);
  CHECK(d.tally.of(job_counter::deferred) == 1);
  CHECK(d.tally.of(job_counter::retried) == 1);
  CHECK(d.tally.of(job_counter::failed) == 0);
  d.wait(1min);
  d.complete(d.take(), error());
  CHECK(d.tally.of(job_counter::retried) == 1);
  CHECK(d.tally.of(job_counter::failed) == 1);
  CHECK(d.tally.of(job_counter::tried) == 2);
  CHECK(d.tally.of(job_counter::lease_begun) == 4);
}

TEST_CASE("a lost attempt of an executor is counted as a crash, not as an expired lease",
          "[tally]") {
  queue_driver d;
  d.push();
  const auto t = d.try_take_from(*d.first_lane(), 1, {}, true).value();
  d.lose(t);
  CHECK(d.tally.of(job_counter::crashed) == 1);
  CHECK(d.tally.of(job_counter::lease_expired) == 0);
}

TEST_CASE("cancels of waiting and running jobs, and revivals, are counted", "[tally]") {
  queue_driver d;
  const auto waiting = d.push();
  d.cancel(waiting);
  CHECK(d.tally.of(job_counter::cancelled) == 1);
  const auto running = d.push();
  const auto t = d.take();
  d.cancel(running);
  CHECK(d.tally.of(job_counter::cancelled) == 1); // it still runs
  d.complete(t, error());
  CHECK(d.tally.of(job_counter::cancelled) == 2);
  d.revive(running);
  CHECK(d.tally.of(job_counter::revived) == 1);
}

TEST_CASE("replayed events are not counted", "[tally]") {
  queue_driver d;
  d.push();
  queue again{{{1}, "type", "tenant"}, plain_settings()};
  for (const auto& e : d.log)
    again.apply(e);
  CHECK(again.counts().ready == 1);
  CHECK(d.tally.of(job_counter::pushed) == 1);
  d.apply(d.log.front()); // already applied: no effect
  CHECK(d.tally.of(job_counter::pushed) == 1);
}
