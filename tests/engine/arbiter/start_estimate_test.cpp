// The estimated start of a job: the pace of recent ends, and the arbiter's estimate from it.
#include "engine/arbiter/start_estimate.hpp"
#include "tests/engine/arbiter/arbiter_fixture.hpp"

#include <catch2/catch.hpp>

using namespace rota::engine;
using namespace rota::engine::test;

namespace {

constexpr duration run_time = seconds{10};

/// A fixture whose pool has slots, which are all taken as soon as they are free.
struct busy_stage : arbiter_stage {
  std::vector<handed_out> running;

  explicit busy_stage(int slots) {
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

TEST_CASE("A pace knows nothing before the first end") {
  pace p;
  CHECK_FALSE(p.time_of(1, 4));
  p.note(seconds{1}, micro::of(1), 0, micro::of(1)); // a grant that took nothing
  CHECK_FALSE(p.time_of(1, 4));
}

TEST_CASE("Jobs begin one after another as slots come free") {
  pace p;
  for (int i = 0; i < 100; ++i)
    p.note(seconds{10}, micro::of(1), 1, micro::of(4));
  CHECK(*p.time_of(8, p.usual_use()) == seconds{20});
  CHECK(*p.time_of(8, 8) == seconds{10});
  CHECK(*p.time_of(0, 4) == seconds{0});
}

TEST_CASE("The jobs of a batch share its time, heavy ones take that of others") {
  pace batches;
  batches.note(seconds{10}, micro::of(1), 5, micro::of(1));
  CHECK(*batches.time_of(5, 1) == seconds{10});
  pace heavy;
  heavy.note(seconds{10}, micro::of(4), 1, micro::of(8));
  CHECK(*heavy.time_of(2, 8) == seconds{10});
}

TEST_CASE("What took longer long ago is forgotten") {
  pace p;
  for (int i = 0; i < 100; ++i)
    p.note(seconds{100}, micro::of(1), 1, micro::of(1));
  for (int i = 0; i < 400; ++i)
    p.note(seconds{1}, micro::of(1), 1, micro::of(1));
  CHECK(*p.time_of(1, 1) < milliseconds{1010});
}

TEST_CASE("The band is wider to the late side") {
  const auto e = estimate_after(seconds{60}, from_us(0));
  CHECK(e.expected == from_us(60'000'000));
  CHECK(e.earliest == from_us(45'000'000));
  CHECK(e.latest == from_us(210'000'000));
}

TEST_CASE("Jobs of two tenants begin when they were expected, where all run equally long") {
  busy_stage s{4};
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
  busy_stage s{8};
  type_settings one;
  one.max_running = 1;
  s.a.set_type("one", one, s.now);
  s.push("one", "a", 10);
  s.push("t", "b", 100);
  s.fill();
  s.next_round();
  CHECK(s.expected_wait("one", "a", 5) == run_time * 5);
  tenant_settings two;
  two.max_running = 2;
  s.a.set_tenant("b", two);
  for (int i = 0; i < 3; ++i)
    s.next_round();
  CHECK(s.expected_wait("t", "b", 8) == run_time * 4);
}

TEST_CASE("A rate decides, too") {
  busy_stage s{8};
  type_settings slow;
  slow.rate = rate_settings{0.1, 1};
  s.a.set_type("t", slow, s.now);
  s.push("t", "a", 10);
  s.fill();
  s.next_round();
  CHECK(s.expected_wait("t", "a", 4) == seconds{40});
}

TEST_CASE("Nothing is expected of a queue that stands still") {
  busy_stage s{2};
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
