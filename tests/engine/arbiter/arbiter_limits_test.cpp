// Limits, rates, lingering, slots and the reservation, and how explain() reports each.
#include "tests/engine/arbiter/arbiter_fixture.hpp"

#include <catch2/catch.hpp>

using namespace rota::engine;
using namespace rota::engine::test;

namespace {

void slots_of_pool(arbiter_fixture& s, double slots,
                   milliseconds reserve_after = milliseconds{60'000}) {
  s.set_pool([&](auto& p) {
    p.slots = *quantity_from(slots);
    p.reserve_after = reserve_after;
  });
}

} // namespace

TEST_CASE("A tenant at its limit leaves the turns to others and saves nothing up",
          "[arbiter][limits]") {
  arbiter_fixture s;
  s.set_tenant("u", [](auto& t) { t.max_running = 1; });
  s.push("a", "u", 20);
  s.push("b", "u", 20);
  s.push("a", "v", 20);
  const auto first = s.pop(10);
  CHECK(std::count_if(first.begin(), first.end(),
                      [](const given_turn& h) { return h.tenant == "u"; }) == 1);
  CHECK(s.why("b", "u") == wait_reason::tenant_limit);
  for (const auto& h : first)
    s.end(h);
  CHECK(s.turns(4) == "u v u v");
}

TEST_CASE("A type's limit per tenant stops that type's queue only", "[arbiter][limits]") {
  arbiter_fixture s;
  s.set_type("a", [](auto& t) { t.max_running_per_tenant = 1; });
  s.push("a", "u", 3);
  s.push("b", "u", 1);
  s.push("a", "v", 3);
  CHECK(s.pop(10).size() == 3);
  CHECK(s.why("a", "u") == wait_reason::type_limit);
}

TEST_CASE("A key's limit holds over types and tenants, and a key without settings has none",
          "[arbiter][limits]") {
  arbiter_fixture s;
  key_settings two;
  two.max_running = 2;
  s.push("a", "u", 2, with_key("host"));
  s.push("b", "v", 2, with_key("host"));
  s.push("b", "v", 1, with_key("elsewhere"));
  s.a.set_key("host", two, s.now); // set after the lanes exist
  const auto turns = s.pop(10);
  CHECK(turns.size() == 3);
  CHECK(s.why("a", "u") == wait_reason::key_limit);
  CHECK(s.running_of_key("host") == 2);
  s.a.set_key("host", std::nullopt, s.now);
  CHECK(s.pop(10).size() == 2);
  CHECK(s.running_of_key("host") == 4);
  CHECK_FALSE(s.a.audit());
}

TEST_CASE("A rate spreads dispatches, and the arbiter wakes for the next one",
          "[arbiter][limits]") {
  arbiter_fixture s;
  s.set_type("t", [](auto& t) { t.rate = rate_settings{10.0, 2.0}; });
  s.push("t", "u", 5);
  s.pop(5, {}, 1, s.now + seconds{60});
  CHECK(s.running_of_type("t") == 2);
  CHECK(s.why("t", "u") == wait_reason::rate_limit);
  s.pop(5, {}, 1, s.now + seconds{60});
  CHECK(s.a.next_wake() == s.now + milliseconds{100});
  s.now = s.a.next_wake();
  CHECK(s.step().size() == 1);
}

TEST_CASE("A batch is one dispatch of the rate", "[arbiter][limits]") {
  arbiter_fixture s;
  s.set_type("t", [](auto& t) { t.rate = rate_settings{1.0, 1.0}; });
  s.push("t", "u", 40, with_batch(20));
  CHECK(s.pop(5, {}, 20).size() == 1);
  s.now += seconds{1};
  CHECK(s.pop(5, {}, 20).size() == 1);
}

TEST_CASE("A key has a rate of its own", "[arbiter][limits]") {
  arbiter_fixture s;
  s.set_key("host", [](auto& k) { k.rate = rate_settings{1.0, 1.0}; });
  s.push("a", "u", 2, with_key("host"));
  s.push("b", "v", 2, with_key("host"));
  const auto turn = s.pop(5);
  REQUIRE(turn.size() == 1);
  CHECK(turn[0].mark.key_rate == s.now + seconds{1});
  CHECK(s.why("b", "v") == wait_reason::rate_limit);
  s.now += seconds{1};
  CHECK(s.pop(5).size() == 1);
}

TEST_CASE("J3: with 2 slots a job of 1.5 runs, another and one of 1 wait", "[arbiter][limits]") {
  arbiter_fixture s;
  slots_of_pool(s, 2);
  s.push("action", "w1", 1, with_slots(1.5));
  s.push("action", "w2", 1, with_slots(1.5));
  s.push("plain", "w3", 1);
  const auto turns = s.pop(5);
  REQUIRE(turns.size() == 1);
  CHECK(turns[0].tenant == "w1");
  CHECK(s.why("action", "w2") == wait_reason::no_capacity);
  CHECK(s.why("plain", "w3") == wait_reason::no_capacity);
  CHECK(s.a.pools()[0].slots_used == *quantity_from(1.5));
}

TEST_CASE(
    "J4, J6: each job uses the slots that it declares, and light ones pass one that does not fit",
    "[arbiter][limits]") {
  arbiter_fixture s;
  slots_of_pool(s, 3);
  s.push("t", "w1", 1, with_slots(2));
  s.push("t", "w2", 1, with_slots(2));
  s.push("t", "w3", 1);
  const auto turns = s.pop(5);
  REQUIRE(turns.size() == 2);
  CHECK(turns[0].tenant == "w1");
  CHECK(turns[1].tenant == "w3");
  s.end(turns[0]);
  CHECK(s.pop(5)[0].tenant == "w2");
}

TEST_CASE("A heavy job that waits long gets its slots reserved: light ones pass before, not after",
          "[arbiter][limits]") {
  arbiter_fixture s;
  slots_of_pool(s, 4, milliseconds{1000});
  s.push("t", "light", 100);
  auto running = s.pop(1);
  s.push("t", "heavy", 1, with_slots(4));
  for (int i = 0; i < 3; ++i)
    running.push_back(s.pop(1).at(0)); // light ones overtake
  s.end(running[0]);
  running[0] = s.pop(1).at(0);
  s.pop(1, {}, 1, s.now + seconds{60});
  CHECK(s.a.next_wake() == s.now + milliseconds{1000});
  s.now += milliseconds{1000};
  CHECK(s.step().empty());
  for (int i = 0; i < 3; ++i) {
    s.end(running[static_cast<std::size_t>(i)]);
    CHECK(s.step().empty()); // kept for the heavy one
  }
  CHECK(s.why("t", "light") == wait_reason::reserved);
  CHECK(s.why("t", "heavy") == wait_reason::no_capacity);
  s.end(running[3]);
  CHECK(s.step().at(0).tenant == "heavy");
}

TEST_CASE(
    "A pool that is full for long reserves nothing: the next free slot goes by turn and order",
    "[arbiter][limits]") {
  arbiter_fixture s;
  slots_of_pool(s, 2, milliseconds{10});
  s.push("t1", "first", 2);
  auto running = s.pop(2);
  REQUIRE(running.size() == 2);
  const std::vector<std::string> pushed{"t2", "t1", "t1", "t2", "t3", "t2", "t1", "t3"};
  for (const auto& type : pushed)
    s.push(type, "a", 1);
  for (const auto& type : pushed) {
    s.pop(1, {}, 1, s.now + seconds{60});
    s.now += milliseconds{20}; // longer than the pool's patience
    CHECK(s.step().empty());
    s.end(running[0]);
    const auto next = s.step();
    REQUIRE(next.size() == 1);
    CHECK(next[0].type == type);
    running = {running[1], next[0]};
  }
}

TEST_CASE("A reservation ends when its work is gone", "[arbiter][limits]") {
  arbiter_fixture s;
  slots_of_pool(s, 2, milliseconds{10});
  s.push("t", "light", 1);
  const auto running = s.pop(1);
  s.push("t", "heavy", 1, with_slots(2));
  s.pop(1);
  s.now += milliseconds{10};
  s.pop(1);
  s.push("t", "light", 1);
  CHECK(s.pop(1).empty());
  CHECK(s.why("t", "light") == wait_reason::reserved);
  s.cancel("t", "heavy");
  s.report("t", "heavy");
  CHECK(s.pop(1).size() == 1);
}

TEST_CASE("A reservation is used by the work that it was made for", "[arbiter][limits]") {
  arbiter_fixture s;
  slots_of_pool(s, 2, milliseconds{10});
  s.push("t", "light", 1);
  const auto running = s.pop(1);
  s.push("t", "heavy", 1, with_slots(2));
  s.push("t", "light", 50);
  const auto second = s.pop(1); // a light one overtakes
  REQUIRE(second.size() == 1);
  s.pop(1, {}, 1, s.now + seconds{60});
  s.now += milliseconds{10};
  s.end(running[0]);
  CHECK(s.step().empty());
  CHECK(s.why("t", "light") == wait_reason::reserved);
  s.end(second[0]);
  const auto turns = s.step();
  REQUIRE(turns.size() == 1);
  CHECK(turns[0].tenant == "heavy");
  s.end(turns[0]);
  CHECK(s.pop(2).size() == 2); // nothing is kept free any more
}

TEST_CASE("A batch lingers until it is full, its linger ends, or a single job is asked for",
          "[arbiter][limits]") {
  arbiter_fixture s;
  const time_point later = s.now + milliseconds{500};
  s.push("t", "u", 3, with_batch(10), micro::of(1), later);
  CHECK(s.pop(1, {}, 10).empty());
  CHECK(s.why("t", "u") == wait_reason::lingering);
  SECTION("an ask for one job does not wait") { CHECK(s.pop(1, {}, 1).at(0).jobs == 1); }
  SECTION("full is what the asker takes") {
    CHECK(s.pop(1, {}, 4).empty());
    CHECK(s.pop(1, {}, 3).at(0).jobs == 3);
  }
  SECTION("full is what the type allows") {
    s.push("t", "u", 7, with_batch(10), micro::of(1), later);
    CHECK(s.pop(1, {}, 100).at(0).jobs == 10);
  }
  SECTION("its linger ends") {
    s.pop(1, {}, 10, s.now + seconds{60});
    CHECK(s.a.next_wake() == later);
    s.now = later;
    CHECK(s.step().at(0).jobs == 3);
  }
}

TEST_CASE("Lanes of different batch keys never share a lease", "[arbiter][limits]") {
  arbiter_fixture s;
  s.push("t", "u", 3, with_batch(10, "red"));
  s.push("t", "u", 4, with_batch(10, "blue"));
  const auto turns = s.pop(5, {}, 10);
  REQUIRE(turns.size() == 2);
  CHECK(turns[0].jobs == 3);
  CHECK(turns[1].jobs == 4);
}

TEST_CASE("Explain returns the first reason that applies", "[arbiter][limits]") {
  arbiter_fixture s;
  slots_of_pool(s, 1);
  s.push("t", "u", 5, with_key("host"));
  s.push("t", "v", 1);
  CHECK(s.why("t", "u") == wait_reason::no_worker);
  const auto first = s.pop(1); // u has the slot
  CHECK(s.why("t", "u") == wait_reason::no_capacity);

  key_settings key;
  key.rate = rate_settings{0.001, 1.0};
  s.a.set_key("host", key, s.now);
  slots_of_pool(s, 9);
  CHECK(s.why("t", "u") == wait_reason::waiting_turn);
  CHECK(s.why("t", "u", 2) == wait_reason::behind_in_queue);
  const auto second = s.pop(2);
  CHECK(s.why("t", "u") == wait_reason::rate_limit);
  key.max_running = 1;
  s.a.set_key("host", key, s.now);
  CHECK(s.why("t", "u") == wait_reason::key_limit);
  s.set_type("t", [](auto& t) { t.max_running = 1; });
  CHECK(s.why("t", "u") == wait_reason::type_limit);
  s.set_tenant("u", [](auto& t) { t.max_running = 1; });
  CHECK(s.why("t", "u") == wait_reason::tenant_limit);
  s.a.pause("t", "u", true);
  CHECK(s.why("t", "u") == wait_reason::paused);
  s.a.drain(true);
  CHECK(s.why("t", "u") == wait_reason::draining);
  CHECK(s.a.explain(s.number_of("t", "u"), {0}, 1, s.now).detail.size() > 5);
}

TEST_CASE("A type has no worker when nobody asked for it in the last minute", "[arbiter][limits]") {
  arbiter_fixture s;
  s.push("t", "u", 1);
  s.pop(1, {"other"});
  CHECK(s.why("t", "u") == wait_reason::no_worker);
  s.a.pause("t", "u", true);
  s.pop(1, {"t"});
  s.a.pause("t", "u", false);
  CHECK(s.why("t", "u") == wait_reason::waiting_turn);
  s.now += seconds{60};
  CHECK(s.why("t", "u") == wait_reason::no_worker);
}
