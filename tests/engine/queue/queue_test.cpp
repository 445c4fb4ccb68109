// A queue's order, lanes, takes and batches, rule by rule.
#include "tests/engine/queue/queue_driver.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace rota::engine;
using namespace rota::engine::test;

// -- order ----------------------------------------------------------------------------------------

TEST_CASE("jobs of equal priority are taken in the order of their pushes", "[queue]") {
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

TEST_CASE("changed settings do not reorder waiting jobs", "[queue]") {
  queue_driver d;
  auto a = d.push(with_priority(1));
  auto b = d.push(with_priority(0));
  auto settings = plain_settings();
  settings.age = 0ms;
  d.configure(settings);
  CHECK(d.core.position(b) == 1);
  CHECK(d.core.position(a) == 2);
}

// -- lanes ----------------------------------------------------------------------------------------

TEST_CASE("a lane's report contains its head, its next jobs and whether costs are uniform",
          "[queue]") {
  queue_driver d;
  d.push_many(10);
  auto lanes = d.core.take_changes().lanes;
  REQUIRE(lanes.size() == 1);
  CHECK(lanes[0].ready == 10);
  CHECK(lanes[0].next_count == upcoming_max);
  CHECK(lanes[0].uniform);
  CHECK(lanes[0].next[0].order == to_us(d.now));
  CHECK(lanes[0].next[0].cost == micro::of(1));
  CHECK(lanes[0].linger_until <= d.now);
  CHECK(*lanes[0].traits == lane_traits{});
  CHECK(d.core.take_changes().lanes.empty());

  auto heavy = with_priority(-1);
  heavy.options.cost = micro::of(5);
  auto h = d.push(heavy);
  lanes = d.core.take_changes().lanes;
  REQUIRE(lanes.size() == 1);
  CHECK(lanes[0].next[0].cost == micro::of(5));
  CHECK_FALSE(lanes[0].uniform);
  d.cancel(h);
  CHECK(d.core.take_changes().lanes.at(0).uniform);
}

TEST_CASE("jobs with other keys, slots or batch values are in other lanes", "[queue]") {
  auto settings = batch_settings_of(10);
  queue_driver d(settings);
  d.push();
  d.push(with_concurrency_key("host-a"));
  d.push(with_concurrency_key("host-a"));
  d.push(with_concurrency_key("host-b"));
  d.push(with_options([](auto& o) { o.slots = micro::of(2); }));
  d.push(with_options([](auto& o) { o.batch_key = "1"; }));
  d.push(with_options([](auto& o) { o.batches = false; }));
  auto lanes = d.core.all_lanes();
  REQUIRE(lanes.size() == 6);
  CHECK(lanes[1].traits->concurrency_key == "host-a");
  CHECK(lanes[1].ready == 2);
  CHECK(lanes[3].traits->slots == micro::of(2));
  CHECK(lanes[4].traits->batch_key == "1");
  CHECK(lanes[5].traits->batch_max == 1);
}

TEST_CASE("a lane that becomes empty is reported once and its number is used again", "[queue]") {
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

TEST_CASE("a lane that was never reported and is empty again is not reported", "[queue]") {
  queue_driver d;
  d.cancel(d.push());
  CHECK(d.core.take_changes().lanes.empty());
}

TEST_CASE("the next jobs of a lane stay right through takes and jobs of higher priority",
          "[queue]") {
  queue_driver d;
  for (int i = 0; i < 30; ++i) {
    d.push(with_priority(100 - (i * 37) % 50));
    if (i % 3 == 0)
      d.take();
    auto lanes = d.core.take_changes().lanes;
    if (lanes.empty())
      continue;
    const auto& lane = lanes[0];
    REQUIRE(lane.next_count == std::min<std::size_t>(lane.ready, upcoming_max));
    for (std::size_t k = 1; k < lane.next_count; ++k)
      REQUIRE(lane.next[k - 1].order <= lane.next[k].order);
    if (lane.ready > 0)
      REQUIRE(lane.next[0].order == d.core.all_lanes().at(0).next[0].order);
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
  CHECK(leased[0].id.number == job);
  CHECK(leased[0].payload == R"({"x": 0.1})");
  CHECK(leased[0].priority == -3);
  CHECK(leased[0].attempt == 1);
  CHECK_FALSE(leased[0].checkpoint);
  auto attempt = d.core.attempt(t.attempt);
  REQUIRE(attempt);
  CHECK(attempt->worker == "w");
  CHECK(attempt->deadline == d.now + 30s);
  CHECK(d.get(job).started == d.now);
  CHECK(d.get(job).attempt == attempt);
}

TEST_CASE("a take holds no more than the lane's batch allows and what was ordered", "[queue]") {
  queue_driver d(batch_settings_of(3));
  auto jobs = d.push_many(5);
  CHECK(d.take(10).jobs == std::vector{jobs[0], jobs[1], jobs[2]});
  CHECK(d.take(1).jobs == std::vector{jobs[3]});
  CHECK(d.take(10).jobs == std::vector{jobs[4]});
}

TEST_CASE("a type without batches gives one job per lease", "[queue]") {
  queue_driver d;
  d.push();
  d.push();
  CHECK(d.take(10).jobs.size() == 1);
}

TEST_CASE("the asker's lease takes precedence over the job's, and that over the type's",
          "[queue]") {
  auto settings = batch_settings_of(3);
  queue_driver d(settings);
  d.push(with_options([](auto& o) { o.lease = 40s; }));
  d.push(with_options([](auto& o) { o.lease = 20s; }));
  d.push();
  auto t = d.take(3);
  CHECK(d.core.attempt(t.attempt)->lease == 20s);
  for (auto job : t.jobs)
    d.commit(d.core.decide_release(t.attempt, job, d.now));
  CHECK(d.core.attempt(d.take(3, 90s).attempt)->lease == 90s);
}

TEST_CASE("a job's own lease can be longer than the type's", "[queue]") {
  queue_driver d;
  d.push(with_options([](auto& o) { o.lease = 40s; }));
  CHECK(d.core.attempt(d.take().attempt)->lease == 40s);
}

TEST_CASE("a batch is settled job by job and ends with the last one", "[queue]") {
  queue_driver d(batch_settings_of(3));
  d.push_many(3);
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

TEST_CASE("after a failure in a batch a job runs in a batch of at most half the size", "[queue]") {
  queue_driver d(batch_settings_of(5));
  d.push_many(5);
  auto t = d.take(5);
  d.complete(t.attempt, t.jobs[0], success());
  d.complete(t.attempt, t.jobs[1], error());
  d.commit(d.core.decide_release(t.attempt, t.jobs[2], d.now));
  d.complete(t.attempt, t.jobs[3], error());
  d.complete(t.attempt, t.jobs[4], error());
  CHECK(d.get(t.jobs[1]).batch_limit == 2);
  CHECK(d.get(t.jobs[2]).batch_limit == 0);
  CHECK(d.get(t.jobs[4]).batch_limit == 2); // the attempt's original size counts
  d.wait(1s);
  auto lanes = d.core.all_lanes();
  REQUIRE(lanes.size() == 2);
  CHECK(d.core.lane_of(t.jobs[1]) != d.core.lane_of(t.jobs[2]));

  auto half = *d.try_take_from(*d.core.lane_of(t.jobs[1]), 5);
  REQUIRE(half.jobs == std::vector{t.jobs[1], t.jobs[3]});
  d.complete(half.attempt, half.jobs[0], error());
  CHECK(d.get(half.jobs[0]).batch_limit == 1);
}

TEST_CASE("a lane lingers from the time of its first job, and a take restarts its linger",
          "[queue]") {
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
  d.push_many(4);
  d.core.take_changes();
  d.configure(batch_settings_of(4, 1s));
  auto lanes = d.core.take_changes().lanes;
  REQUIRE(lanes.size() == 2);
  CHECK(lanes[0].ready == 0);
  CHECK(lanes[1].ready == 4);
  CHECK(lanes[1].traits->batch_max == 4);
  CHECK(lanes[1].linger_until == d.now + 1s);
  CHECK(d.take(9).jobs.size() == 4);
}

TEST_CASE("waiting jobs get new marks when the type's batches are keyed by something else",
          "[queue]") {
  const auto keyed_by = [](const std::string& key) {
    auto settings = batch_settings_of(4, 0s);
    settings.batch->key = key;
    return settings;
  };
  // "/a" reads the first letter of a payload, any other pointer the second.
  const auto read = [](std::string_view payload, const batch_settings& batch) {
    return batch_mark{std::string{payload[batch.key == "/a" ? 0 : 1]}, true};
  };
  queue_driver d;
  for (const auto* payload : {"12", "11", "21", "22"}) {
    d.push(with_payload(payload));
  }
  const auto sizes_of_lanes = [&] {
    std::vector<std::string> found;
    for (const auto& lane : d.core.all_lanes())
      found.push_back(lane.traits->batch_key + "x" + std::to_string(lane.ready));
    std::sort(found.begin(), found.end());
    return found;
  };
  using texts = std::vector<std::string>;
  d.configure(keyed_by("/a"), read);
  CHECK(sizes_of_lanes() == texts{"1x2", "2x2"});
  const auto first = d.take(9);
  REQUIRE(first.jobs.size() == 2);
  d.configure(keyed_by("/b"), read);
  CHECK(sizes_of_lanes() == texts{"1x1", "2x1"});
  // A job in flight returns with a mark read by the current settings.
  d.release(first);
  CHECK(sizes_of_lanes() == texts{"1x1", "2x2"});
}
