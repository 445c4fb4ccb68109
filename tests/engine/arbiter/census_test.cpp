// The census of the arbiter: demand by reason, ages, the tenants with the greatest depth.
#include "tests/engine/arbiter/arbiter_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>

using namespace rota::engine;
using namespace rota::engine::test;

namespace {

census whole(arbiter_fixture& s, std::size_t tenants = 10) {
  census c{tenants};
  CHECK(s.a.census_step(c, SIZE_MAX, s.now));
  return c;
}

type_census type_in(const census& c, const std::string& name) {
  const auto found = std::ranges::find(c.types, name, &type_census::type);
  REQUIRE(found != c.types.end());
  return *found;
}

std::uint64_t ready_for(const type_census& type, wait_reason why) {
  return type.ready[static_cast<std::size_t>(why)];
}

std::uint64_t ready_in(const type_census& type) {
  return std::accumulate(type.ready.begin(), type.ready.end(), std::uint64_t{0});
}

} // namespace

TEST_CASE("ready jobs are counted by the reason that explain returns", "[census]") {
  arbiter_fixture s;
  s.set_type("capped", [](auto& t) { t.max_running = 1; });
  s.set_type("paused", [](auto& t) { t.paused = true; });
  s.set_tenant("limited", [](auto& t) { t.max_running = 1; });
  s.a.set_key("k", key_settings{1, std::nullopt}, s.now);
  s.push("capped", "a", 3);
  s.push("paused", "a", 4);
  s.push("t", "limited", 5);
  s.push("keyed", "a", 6, with_key("k"));
  s.push("asked", "a", 0);
  s.push("unasked", "a", 7);
  s.pop(1, {"capped"});
  s.pop(1, {"t"});
  s.pop(1, {"keyed"});
  s.pop(1, {"asked"});
  s.push("asked", "a", 8);

  const auto c = whole(s);
  CHECK(ready_for(type_in(c, "capped"), wait_reason::type_limit) == 2);
  CHECK(type_in(c, "capped").in_flight == 1);
  CHECK(type_in(c, "capped").max_running == 1);
  CHECK(ready_for(type_in(c, "paused"), wait_reason::paused) == 4);
  CHECK(ready_for(type_in(c, "t"), wait_reason::tenant_limit) == 4);
  CHECK(ready_for(type_in(c, "keyed"), wait_reason::key_limit) == 5);
  CHECK(ready_for(type_in(c, "unasked"), wait_reason::no_worker) == 7);
  CHECK(ready_for(type_in(c, "asked"), wait_reason::waiting_turn) == 8);
  for (const auto* name : {"capped", "paused", "keyed", "unasked", "asked"})
    CHECK(ready_for(type_in(c, name), s.why(name, "a")) == ready_in(type_in(c, name)));

  s.a.drain(true);
  CHECK(ready_for(type_in(whole(s), "asked"), wait_reason::draining) == 8);
}

TEST_CASE("jobs that do not fit the pool are counted as such", "[census]") {
  arbiter_fixture s;
  s.a.set_pool(default_pool, pool_settings{micro::of(2), {}, {}});
  s.push("t", "a", 3, with_slots(2));
  s.pop(1);
  s.pop(1);
  CHECK(ready_for(type_in(whole(s), "t"), wait_reason::no_capacity) == 2);
}

TEST_CASE("the oldest ready job of a type is that of any of its queues", "[census]") {
  arbiter_fixture s;
  s.push("t", "a", 2); // ready since 1 and 2
  s.push("t", "b", 1); // 3
  s.push("u", "a", 1); // 4
  CHECK(type_in(whole(s), "t").oldest_ready == from_us(1));
  CHECK(type_in(whole(s), "u").oldest_ready == from_us(4));
  s.pop(2, {"t"}); // one of each tenant
  CHECK(type_in(whole(s), "t").oldest_ready == from_us(2));
  s.pop(1, {"t"});
  CHECK_FALSE(type_in(whole(s), "t").oldest_ready);
}

TEST_CASE("the tenants with most work are named, all are counted", "[census]") {
  arbiter_fixture s;
  for (int i = 1; i <= 6; ++i)
    s.push("t", "tenant" + std::to_string(i), i);
  s.push("u", "tenant2", 10); // another type of the same pool
  const auto c = whole(s, 3);
  CHECK(c.tenants_with_work == 6);
  std::map<std::string, std::uint64_t> depth;
  for (const auto& t : c.tenants.at(default_pool))
    depth[t.tenant] = t.depth();
  CHECK(depth ==
        std::map<std::string, std::uint64_t>{{"tenant2", 12}, {"tenant5", 5}, {"tenant6", 6}});
  CHECK(whole(s, 0).tenants.at(default_pool).empty());
}

TEST_CASE("each pool names its own tenants, the busiest first and idle ones last", "[census]") {
  arbiter_fixture s;
  s.set_type("run", [](auto& t) { t.executor = executor_choice{"lab", {}}; });
  s.push("t", "idle", 1);
  s.push("t", "served", 2, {}, micro::of(3));
  for (const auto& h : s.pop(3))
    s.end(h);
  s.push("t", "busy", 2);
  s.push("t", "busier", 3);
  s.push("run", "busy", 1);
  const auto names = [&](std::size_t most, const char* pool) {
    std::string all;
    const auto c = whole(s, most);
    for (const auto& t : c.tenants.at(pool))
      all += t.tenant + " ";
    return all;
  };
  CHECK(names(10, default_pool) == "busier busy served idle ");
  CHECK(names(3, default_pool) == "busier busy served ");
  CHECK(names(10, "lab") == "busy ");
  CHECK(whole(s).tenants_with_work == 2);
}

TEST_CASE("a tenant's tag in a census is that of its last grant", "[census]") {
  arbiter_fixture s;
  s.push("t", "a", 3, {}, micro::of(2));
  s.push("t", "b", 1);
  std::map<std::string, virtual_time> tags;
  for (const auto& h : s.pop(3))
    tags[h.tenant] = h.mark.tag;
  const auto c = whole(s);
  const auto& tenants = c.tenants.at(default_pool);
  REQUIRE(tenants.size() == 2);
  for (const auto& t : tenants)
    CHECK(t.tag == tags.at(t.tenant));
  CHECK(tenants[0].tenant == "a"); // two of three jobs are granted
  CHECK(tenants[0].served == micro::of(4));
  CHECK(tenants[0].dispatches == 2);
  CHECK(tenants[0].ready == 1);
  CHECK(tenants[0].in_flight == 2);
}

TEST_CASE("a census contains what a tenant has in flight and was served", "[census]") {
  arbiter_fixture s;
  s.push("t", "a", 3, {}, micro::of(4));
  const auto out = s.pop(2);
  s.end(out[0]);
  const auto c = whole(s);
  const auto& tenants = c.tenants.at(default_pool);
  REQUIRE(tenants.size() == 1);
  CHECK(tenants[0].ready == 1);
  CHECK(tenants[0].in_flight == 1);
  CHECK(tenants[0].dispatches == 2);
  CHECK(tenants[0].served == micro::of(8));
}

TEST_CASE("a census in small steps finds the same as one at once", "[census]") {
  arbiter_fixture s;
  for (int i = 0; i < 20; ++i)
    for (int t = 0; t <= i % 3; ++t)
      s.push("type" + std::to_string(t), "tenant" + std::to_string(i), i + 1);
  const auto expected = whole(s);
  for (const std::size_t queues : {1, 2, 7}) {
    census c{10};
    int steps = 1;
    while (!s.a.census_step(c, queues, s.now))
      ++steps;
    CHECK(steps > 5);
    CHECK(c.tenants_with_work == expected.tenants_with_work);
    for (const auto* type : {"type0", "type1", "type2"})
      CHECK(ready_in(type_in(c, type)) == ready_in(type_in(expected, type)));
  }
}

TEST_CASE("tenants may be added and removed during a census", "[census]") {
  arbiter_fixture s;
  for (int i = 0; i < 8; ++i)
    s.push("t", "tenant" + std::to_string(i), 1);
  census c{10};
  for (int i = 0; !s.a.census_step(c, 1, s.now); ++i) {
    if (i >= 8)
      continue;
    const auto gone = "tenant" + std::to_string(7 - i);
    s.cancel("t", gone);
    s.report("t", gone);
    s.a.close_queue(s.number_of("t", gone));
    s.push("new", "new" + std::to_string(i), 2);
  }
  CHECK(ready_in(type_in(c, "new")) <= 16);
  CHECK(c.tenants_with_work <= 16);
}
