// The estimated start of a job: the throughput of recent ends, and the arbiter's estimate from it.
#include "engine/arbiter/start_estimate.hpp"
#include "tests/engine/arbiter/arbiter_fixture.hpp"

#include <catch2/catch.hpp>

using namespace rota::engine;
using namespace rota::engine::test;

namespace {

constexpr duration run_time = seconds{10};

/// A fixture whose pool has slots, which are all taken as soon as they are free.
struct busy_fixture : arbiter_fixture {
  std::vector<given_turn> running;

  explicit busy_fixture(int slots) {
    a.set_pool(default_pool, pool_settings{micro::of(slots), {}, {}});
  }
  void fill() {
    for (const auto& begun : pop(1000))
      running.push_back(begun);
  }
  /// One run later: everything that ran has ended, and others run.
  void next_round() {
    now += run_time;
    for (const auto& ended : std::exchange(running, {}))
      end(ended, run_time);
    fill();
  }
  std::optional<start_estimate> estimate(const std::string& type, const std::string& tenant,
                                         std::size_t position) {
    const auto queue = number_of(type, tenant);
    const auto global = a.global_position(queue, position);
    REQUIRE(global);
    return a.estimate(queue, {0}, position, *global, now);
  }
  duration expected_wait(const std::string& type, const std::string& tenant, std::size_t position) {
    const auto found = estimate(type, tenant, position);
    REQUIRE(found);
    return found->expected - now;
  }
};

} // namespace

TEST_CASE("The throughput is unknown before the first end") {
  throughput p;
  CHECK_FALSE(p.time_of(1, 4));
  p.record(seconds{1}, micro::of(1), 0, micro::of(1)); // a grant that took nothing
  CHECK_FALSE(p.time_of(1, 4));
}

TEST_CASE("Jobs start one after another as slots become free") {
  throughput p;
  for (int i = 0; i < 100; ++i)
    p.record(seconds{10}, micro::of(1), 1, micro::of(4));
  CHECK(*p.time_of(8, p.average_use()) == seconds{20});
  CHECK(*p.time_of(8, 8) == seconds{10});
  CHECK(*p.time_of(0, 4) == seconds{0});
}

TEST_CASE("The jobs of a batch share its run time, and heavy jobs use several slots") {
  throughput batches;
  batches.record(seconds{10}, micro::of(1), 5, micro::of(1));
  CHECK(*batches.time_of(5, 1) == seconds{10});
  throughput heavy;
  heavy.record(seconds{10}, micro::of(4), 1, micro::of(8));
  CHECK(*heavy.time_of(2, 8) == seconds{10});
}

TEST_CASE("Runs of long ago are forgotten") {
  throughput p;
  for (int i = 0; i < 100; ++i)
    p.record(seconds{100}, micro::of(1), 1, micro::of(1));
  for (int i = 0; i < 400; ++i)
    p.record(seconds{1}, micro::of(1), 1, micro::of(1));
  CHECK(*p.time_of(1, 1) < milliseconds{1010});
}

TEST_CASE("The range is wider on the late side") {
  const auto e = estimate_after(seconds{60}, from_us(0));
  CHECK(e.expected == from_us(60'000'000));
  CHECK(e.earliest == from_us(45'000'000));
  CHECK(e.latest == from_us(210'000'000));
}

TEST_CASE("Jobs of two tenants start as expected if all run equally long") {
  busy_fixture s{4};
  s.push("t", "a", 30);
  s.push("t", "b", 30);
  s.fill();
  CHECK_FALSE(s.estimate("t", "a", 1)); // nothing has ended yet
  s.next_round();
  s.next_round();
  for (const std::size_t position : {1, 5, 15}) {
    // Two jobs of each tenant start per round.
    const auto rounds = static_cast<int>((position + 1) / 2);
    INFO(position);
    const auto wait = s.expected_wait("t", "a", position);
    CHECK(wait > run_time * (rounds - 1));
    CHECK(wait <= run_time * rounds + seconds{1});
  }
}

TEST_CASE("A limit that is tighter than the pool decides") {
  busy_fixture s{8};
  s.set_type("one", [](auto& t) { t.max_running = 1; });
  s.push("one", "a", 10);
  s.push("t", "b", 100);
  s.fill();
  s.next_round();
  CHECK(s.expected_wait("one", "a", 5) == run_time * 5);
  s.set_tenant("b", [](auto& t) { t.max_running = 2; });
  for (int i = 0; i < 3; ++i)
    s.next_round();
  CHECK(s.expected_wait("t", "b", 8) == run_time * 4);
}

TEST_CASE("A rate that is tighter than the pool decides") {
  busy_fixture s{8};
  s.set_type("t", [](auto& t) { t.rate = rate_settings{0.1, 1}; });
  s.push("t", "a", 10);
  s.fill();
  s.next_round();
  CHECK(s.expected_wait("t", "a", 4) == seconds{40});
}

TEST_CASE("A queue that is stopped has no expected start") {
  busy_fixture s{2};
  s.push("t", "a", 20);
  s.fill();
  s.next_round();
  REQUIRE(s.estimate("t", "a", 1));
  s.a.pause("t", "a", true);
  CHECK_FALSE(s.estimate("t", "a", 1));
  s.a.pause("t", "a", false);
  s.a.drain(true);
  CHECK_FALSE(s.estimate("t", "a", 1));
  s.a.drain(false);
  s.now += seconds{61}; // nobody has asked for a while
  CHECK_FALSE(s.estimate("t", "a", 1));
}
