// Waiting asks, reports that cross grants, and the order in which asks are served.
#include "tests/engine/arbiter/arbiter_fixture.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rota::engine;
using namespace rota::engine::test;

TEST_CASE("Order keys decide between the queues of a tenant", "[arbiter]") {
  arbiter_fixture s;
  s.push("a", "u", 1);
  s.push("b", "u", 2);
  s.push("a", "u", 1);
  std::string order;
  for (const auto& h : s.pop(4))
    order += h.type;
  CHECK(order == "abba");
}

TEST_CASE("A lane whose known jobs are all granted keeps its turn until its queue reports",
          "[arbiter]") {
  arbiter_fixture s;
  s.answers = false;
  s.push("t", "u", 5, {}, micro::of(2));
  s.push("t", "u", 20, {}, micro::of(1)); // not uniform: 8 are known
  const auto turns = s.pop(30);
  CHECK(turns.size() == 8);
  CHECK(s.closed.empty()); // the ask depends on the report
  auto& q = s.queues[1];
  q.seen = 8;
  q.lanes[0].jobs.erase(q.lanes[0].jobs.begin(), q.lanes[0].jobs.begin() + 8);
  s.report("t", "u");
  CHECK(s.step().size() == 17); // uniform from here on: no more reports needed
  REQUIRE(s.closed.size() == 1);
  CHECK(s.closed[0].grants == 25);
}

TEST_CASE("Other asks are served while one waits for a report", "[arbiter]") {
  arbiter_fixture s;
  s.answers = false;
  s.push("t", "u", 5, {}, micro::of(2));
  s.push("t", "u", 20, {}, micro::of(1));
  s.push("other", "v", 1);
  CHECK(s.pop(30, {"t"}).size() == 8);
  CHECK(s.pop(1, {"other"}).size() == 1);
  s.a.close_queue(s.number_of("t", "u")); // the queue is gone, and its report with it
  s.step();
  CHECK(s.closed.size() == 2);
}

TEST_CASE("Grants that a report does not include are subtracted from it", "[arbiter]") {
  arbiter_fixture s;
  s.answers = false;
  s.push("t", "u", 3);
  CHECK(s.pop(2).size() == 2);
  s.report("t", "u"); // still reports 3 ready and 0 grants seen
  CHECK(s.pop(5).size() == 1);
}

TEST_CASE("Waiting asks are served in the order of their arrival", "[arbiter]") {
  arbiter_fixture s;
  const time_point later = s.now + seconds{5};
  s.pop(1, {}, 1, later);
  const ask_id first = s.last_ask();
  s.pop(1, {"t"}, 1, later);
  const ask_id second = s.last_ask();
  s.push("t", "u", 2);
  const auto turns = s.step();
  REQUIRE(turns.size() == 2);
  CHECK(turns[0].ask == first);
  CHECK(turns[1].ask == second);
  REQUIRE(s.closed.size() == 2);
  CHECK(s.closed[0].grants == 1);
}

TEST_CASE("A waiting ask is closed after the first step that gives it turns", "[arbiter]") {
  arbiter_fixture s;
  s.pop(5, {}, 1, s.now + seconds{5});
  CHECK(s.closed.empty());
  s.push("t", "u", 2);
  CHECK(s.step().size() == 2);
  REQUIRE(s.closed.size() == 1);
  CHECK(s.closed[0].grants == 2);
}

TEST_CASE("An ask that does not wait is answered in its step, one that waits at its timeout",
          "[arbiter]") {
  arbiter_fixture s;
  s.pop(1);
  REQUIRE(s.closed.size() == 1);
  CHECK(s.closed[0].grants == 0);
  s.pop(1, {}, 1, s.now + seconds{1});
  CHECK(s.closed.size() == 1);
  CHECK(s.a.next_wake() == s.now + seconds{1});
  s.now += seconds{1};
  s.step();
  CHECK(s.closed.size() == 2);
  CHECK(s.a.next_wake() == never);
}

TEST_CASE("An ask that was withdrawn gets nothing", "[arbiter]") {
  arbiter_fixture s;
  s.pop(1, {}, 1, s.now + seconds{5});
  s.a.withdraw(s.last_ask());
  s.push("t", "u", 1);
  CHECK(s.step().empty());
  CHECK(s.closed.empty());
  CHECK(s.pop(1).size() == 1);
}

TEST_CASE("Ten thousand waiting asks get one turn each, in order", "[arbiter]") {
  arbiter_fixture s;
  for (int i = 0; i < 10'000; ++i)
    s.pop(1, {"t"}, 1, s.now + seconds{60});
  CHECK(s.a.pools()[0].asks_waiting == 10'000);
  for (std::uint64_t i = 1; i <= 20; ++i) {
    s.push("t", "u", 1);
    const auto turn = s.step();
    REQUIRE(turn.size() == 1);
    CHECK(turn[0].ask == ask_id{i});
  }
}

TEST_CASE("While draining nothing is granted, and explain reports it", "[arbiter]") {
  arbiter_fixture s;
  s.push("t", "u", 1);
  s.a.drain(true);
  CHECK(s.pop(1).empty());
  CHECK(s.why("t", "u") == wait_reason::draining);
  s.a.drain(false);
  CHECK(s.pop(1).size() == 1);
}
