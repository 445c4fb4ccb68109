// Asks, turns and fairness, rule by rule.
#include "tests/engine/arbiter/arbiter_fixture.hpp"

#include <catch2/catch.hpp>

using namespace rota::engine;
using namespace rota::engine::test;

namespace {

std::map<std::string, int> counted(const std::vector<given_turn>& turns) {
  std::map<std::string, int> by_tenant;
  for (const given_turn& h : turns)
    ++by_tenant[h.tenant];
  return by_tenant;
}

void weight_of(arbiter_fixture& s, const std::string& tenant, double weight) {
  s.set_tenant(tenant, [&](auto& t) { t.weight = *quantity_from(weight); });
}

} // namespace

TEST_CASE("S1: three tenants with two jobs each take turns in the order of their names",
          "[arbiter]") {
  arbiter_fixture s;
  for (const char* tenant : {"u1", "u2", "u3"})
    s.push("t", tenant, 2);
  CHECK(s.turns(6) == "u1 u2 u3 u1 u2 u3");
}

TEST_CASE("S3: three tenants with one job each have global positions 1, 2, 3", "[arbiter]") {
  arbiter_fixture s;
  for (const char* tenant : {"u1", "u2", "u3"})
    s.push("t", tenant, 1);
  CHECK(s.a.global_position(s.number_of("t", "u1"), 1) == 1);
  CHECK(s.a.global_position(s.number_of("t", "u2"), 1) == 2);
  CHECK(s.a.global_position(s.number_of("t", "u3"), 1) == 3);
}

TEST_CASE("S4: another tenant's jobs interleave in global positions", "[arbiter]") {
  arbiter_fixture s;
  s.push("t", "u1", 10);
  for (std::size_t p = 1; p <= 10; ++p)
    CHECK(s.a.global_position(s.number_of("t", "u1"), p) == p);
  s.push("t", "u2", 10);
  for (std::size_t p = 1; p <= 10; ++p) {
    CHECK(s.a.global_position(s.number_of("t", "u1"), p) == 2 * p - 1);
    CHECK(s.a.global_position(s.number_of("t", "u2"), p) == 2 * p);
  }
  weight_of(s, "u2", 2);
  CHECK(s.a.global_position(s.number_of("t", "u2"), 3) ==
        5); // u1 had its turn at the tie longer ago
  CHECK_FALSE(s.a.global_position({99}, 1));
}

TEST_CASE("S5: weights 4 to 1 give 5,000 turns 4 to 1", "[arbiter]") {
  arbiter_fixture s;
  weight_of(s, "heavy", 4);
  s.push("t", "heavy", 5000);
  s.push("t", "light", 5000);
  const auto turns = counted(s.pop(5000));
  CHECK(turns.at("heavy") == 4000);
  CHECK(turns.at("light") == 1000);
}

TEST_CASE("A third of a weight never drifts", "[arbiter]") {
  arbiter_fixture s;
  weight_of(s, "three", 3);
  s.push("t", "three", 40'000);
  s.push("t", "one", 40'000);
  const auto turns = counted(s.pop(40'000));
  CHECK(turns.at("three") == 30'000);
  CHECK(turns.at("one") == 10'000);
}

TEST_CASE("S6: a type at its limit leaves the turn to the others, all at their limit to none",
          "[arbiter]") {
  arbiter_fixture s;
  for (const char* type : {"a", "b"})
    s.set_type(type, [](auto& t) { t.max_running = 2; });
  s.push("a", "u", 5);
  s.push("b", "u", 5);
  const auto first = s.pop(10);
  CHECK(first.size() == 4);
  CHECK(s.pop(1).empty());
  s.end(first[1].type == "b" ? first[1] : first.back());
  const auto next = s.pop(10);
  REQUIRE(next.size() == 1);
  CHECK(s.running_of_type("a") == 2);
  CHECK(s.running_of_type("b") == 2);
}

TEST_CASE("S7: only queues with ready jobs are candidates", "[arbiter]") {
  arbiter_fixture s;
  s.number_of("a", "u");
  s.push("b", "u", 1);
  const auto one = s.pop(3);
  REQUIRE(one.size() == 1);
  CHECK(one[0].type == "b");
  CHECK(s.pop(3).empty());
}

TEST_CASE("J8: a tenant with many old jobs and one with few new jobs take turns", "[arbiter]") {
  arbiter_fixture s;
  s.set_pool([](auto& p) { p.slots = micro::of(4); });
  s.push("t", "w1", 20);
  s.push("t", "w2", 2);
  const auto first = s.pop(4);
  std::string order;
  for (const auto& h : first)
    order += h.tenant + " ";
  CHECK(order == "w1 w2 w1 w2 ");
  s.end(first[1]);
  s.end(first[3]);
  CHECK(counted(s.pop(4)) == std::map<std::string, int>{{"w1", 2}});
}

TEST_CASE("J9: a pause stops waiting jobs, running ones continue", "[arbiter]") {
  arbiter_fixture s;
  s.push("t", "u", 3);
  const auto running = s.pop(1);
  const auto pause = [](auto& settings) { settings.paused = true; };
  SECTION("of the type") { s.set_type("t", pause); }
  SECTION("of the tenant") { s.set_tenant("u", pause); }
  SECTION("of the queue") { s.a.pause("t", "u", true); }
  CHECK(s.pop(1).empty());
  CHECK(s.why("t", "u") == wait_reason::paused);
  CHECK(s.running_of_type("t") == 1);
  s.end(running[0]);
  s.a.set_type("t", {}, s.now);
  s.a.set_tenant("u", {});
  s.a.pause("t", "u", false);
  CHECK(s.pop(5).size() == 2);
}

TEST_CASE("X4: a tenant that pushes 10,000 jobs after a day without work has saved nothing up",
          "[arbiter]") {
  arbiter_fixture s;
  s.push("t", "steady", 3000);
  s.push("t", "burst", 1);
  s.pop(1000);
  s.now += std::chrono::hours{24};
  s.push("t", "burst", 10'000);
  const auto turns = s.pop(1000);
  CHECK(turns[0].tenant == "burst"); // it does not wait for others
  const auto by_tenant = counted(turns);
  CHECK(by_tenant.at("burst") == 500);
  CHECK(by_tenant.at("steady") == 500);
}

TEST_CASE("X5: a lane that cannot start does not cost its tenant the turn", "[arbiter]") {
  arbiter_fixture s;
  s.set_key("host", [](auto& k) { k.max_running = 1; });
  s.push("t", "u", 2, with_key("host"));
  s.push("t", "u", 1);
  s.push("t", "v", 3);
  s.pop(1);
  CHECK(s.turns(1) == "v");
  CHECK(s.turns(1) == "u"); // its second lane, although the lane with the key comes first in its
                            // order
  CHECK(s.turns(1) == "v");
}

TEST_CASE(
    "X8: a limit lowered below the number running ends no attempt and starts none until it is met",
    "[arbiter]") {
  arbiter_fixture s;
  s.push("t", "u", 10);
  const auto running = s.pop(4);
  s.set_type("t", [](auto& t) { t.max_running = 2; });
  CHECK(s.running_of_type("t") == 4);
  for (int i = 0; i < 2; ++i) {
    s.end(running[i]);
    CHECK(s.pop(1).empty());
  }
  s.end(running[2]);
  CHECK(s.pop(5).size() == 1);
  CHECK_FALSE(s.a.audit());
}

TEST_CASE("Weights 3 to 1 hold under a shared cap of the type while other tenants are served",
          "[arbiter]") {
  arbiter_fixture s;
  s.set_type("capped", [](auto& t) { t.max_running = 1; });
  weight_of(s, "f", 3);
  s.push("capped", "f", 4000);
  s.push("capped", "g", 4000);
  for (const char* other : {"u0", "u1", "u2", "u3"})
    s.push("free", other, 4000);
  std::vector<given_turn> running;
  std::map<std::string, int> capped;
  for (int i = 0; i < 6000; ++i) {
    for (const auto& h : s.pop(1)) {
      if (h.type == "capped")
        ++capped[h.tenant];
      running.push_back(h);
    }
    if (running.size() >= 8) {
      const auto at = (static_cast<std::size_t>(i) * 7) % running.size();
      s.end(running[at]);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  const int f = capped["f"];
  const int g = capped["g"];
  CHECK(f + g > 400);
  CHECK(std::abs(f - 3 * g) <= 4); // 3 x (1/3 + 1)
}

TEST_CASE("Weights 3 to 1 hold under a shared cap of a key", "[arbiter]") {
  arbiter_fixture s;
  s.set_key("host", [](auto& k) { k.max_running = 1; });
  weight_of(s, "f", 3);
  s.push("t", "f", 2000, with_key("host"));
  s.push("t", "g", 2000, with_key("host"));
  s.push("t", "u0", 4000);
  s.push("t", "u1", 4000);
  std::map<std::string, int> keyed;
  std::vector<given_turn> holder;
  for (int i = 0; i < 4000; ++i) {
    for (const auto& h : s.pop(1)) {
      if (h.tenant == "f" || h.tenant == "g") {
        ++keyed[h.tenant];
        holder.push_back(h);
      } else {
        s.end(h);
      }
    }
    if (i % 5 == 4 && !holder.empty()) {
      s.end(holder.back());
      holder.pop_back();
    }
  }
  CHECK(keyed["f"] + keyed["g"] > 400);
  CHECK(std::abs(keyed["f"] - 3 * keyed["g"]) <= 4);
}

TEST_CASE("A batch of 50 is charged whole, so another tenant gets 50 turns of one job for it",
          "[arbiter]") {
  arbiter_fixture s;
  s.push("batched", "f", 5000, with_batch(50));
  s.push("single", "g", 5000);
  std::map<std::string, std::uint32_t> jobs;
  for (const auto& h : s.pop(1020, {}, 50))
    jobs[h.tenant] += h.jobs;
  CHECK(jobs.at("f") == 1000);
  CHECK(jobs.at("g") == 1000);
}

TEST_CASE("A declared cost is charged as such", "[arbiter]") {
  arbiter_fixture s;
  s.push("t", "dear", 1000, {}, micro::of(4));
  s.push("t", "cheap", 1000);
  const auto turns = counted(s.pop(500));
  CHECK(turns.at("cheap") == 400);
  CHECK(turns.at("dear") == 100);
}

TEST_CASE("A grant that took no jobs is undone: charge and limits", "[arbiter]") {
  arbiter_fixture s;
  s.set_tenant("u", [](auto& t) { t.max_running = 1; });
  s.push("t", "u", 2);
  const auto before = s.shares();
  s.cancel("t", "u");
  const auto turn = s.pop(1);
  REQUIRE(turn.size() == 1);
  CHECK(turn[0].jobs == 0);
  CHECK(s.running_of_tenant("u") == 0);
  CHECK(s.shares()[0].tag == before[0].tag);
  CHECK(s.shares()[0].served == micro{});
  CHECK_FALSE(s.a.audit());
}

TEST_CASE("A queue that takes less than it was granted is charged only for that", "[arbiter]") {
  arbiter_fixture s;
  s.push("t", "u", 10, with_batch(10));
  s.queues[1].lanes[0].jobs.resize(4); // six were cancelled; the report is pending
  const auto turn = s.pop(1, {}, 10);
  CHECK(turn[0].jobs == 4);
  CHECK(s.shares()[0].served == micro::of(4));
}

TEST_CASE("Run time as cost is estimated first and corrected at the end", "[arbiter]") {
  arbiter_fixture s;
  s.set_pool([](auto& p) { p.cost = cost_unit::runtime; });
  s.push("t", "slow", 500);
  s.push("t", "quick", 500);
  std::map<std::string, int> turns;
  for (int i = 0; i < 440; ++i) {
    for (const auto& h : s.pop(1)) {
      ++turns[h.tenant];
      s.end(h, h.tenant == "slow" ? duration{seconds{10}} : duration{seconds{1}});
    }
  }
  CHECK(turns["slow"] == Approx(40).margin(3));
  CHECK(turns["quick"] == Approx(400).margin(3));
}

TEST_CASE("Each executor is a pool of its own with a fair share of its own", "[arbiter]") {
  arbiter_fixture s;
  s.set_type("image", [](auto& t) { t.executor = executor_choice{"docker", {}}; });
  s.push("image", "u", 2);
  s.push("mail", "u", 2);
  CHECK(s.pop(5).size() == 2);
  CHECK(s.pop(5, {"image"}).empty()); // not a type of this pool
  CHECK(s.pop(5, {}, 1, {}, "docker").size() == 2);
  CHECK(s.running_of_tenant("u") == 4);
}

TEST_CASE("A type that changes its executor moves its waiting jobs to the new pool", "[arbiter]") {
  arbiter_fixture s;
  s.push("image", "u", 3);
  CHECK(s.pop(1).size() == 1);
  s.set_type("image", [](auto& t) { t.executor = executor_choice{"docker", {}}; });
  CHECK(s.pop(5).empty());
  CHECK(s.pop(5, {}, 1, {}, "docker").size() == 2);
  CHECK_FALSE(s.a.audit());
}

TEST_CASE("A restart restores shares, what is in flight, and rates", "[arbiter]") {
  arbiter_fixture s;
  s.a.restore_share(default_pool, "ahead", {wide{10} << virtual_time::fraction_bits}, {});
  s.a.restore_share(default_pool, "ahead", {wide{2} << virtual_time::fraction_bits}, {});
  type_settings limited;
  limited.max_running = 2;
  s.a.set_type("t", limited, s.now);
  const queue_number n = s.number_of("t", "ahead");
  s.a.restore_attempt(n, {77}, with_key("host"), 3, micro::of(3), s.now);
  s.a.restore_attempt(n, {77}, with_key("host"), 3, micro::of(3), s.now);
  CHECK(s.running_of_type("t") == 1);
  CHECK(s.running_of_key("host") == 1);
  s.push("t", "ahead", 30);
  s.push("t", "new", 30);
  std::string order;
  for (int i = 0; i < 11; ++i)
    order += s.turns(1) + " ";
  CHECK(order == "new new new new new new new new new new ahead ");
  s.a.freed({77}, {}, s.now);
  CHECK(s.running_of_type("t") == 0);
  CHECK_FALSE(s.a.audit());
  rate_settings one_an_hour{1.0 / 3600, 1.0};
  limited.rate = one_an_hour;
  s.a.set_type("t", limited, s.now);
  s.a.restore_type_rate("t", s.now + seconds{3600});
  CHECK(s.pop(1).empty());
  CHECK(s.why("t", "new") == wait_reason::rate_limit);
}

TEST_CASE("A restart restores V, and F of every tenant ahead of it, from each queue's last mark",
          "[arbiter]") {
  arbiter_fixture before;
  weight_of(before, "v", 3);
  for (const char* tenant : {"u", "v", "w"}) {
    before.push("a", tenant, 30, {}, micro::of(2));
    before.push("b", tenant, 30, {}, micro::of(tenant[0] == 'w' ? 7 : 1));
  }
  std::map<std::string, given_turn> last; // by queue
  std::size_t compared = 0;
  for (int i = 0; i < 60; ++i) {
    const auto turn = before.pop().at(0);
    before.end(turn);
    last.insert_or_assign(turn.type + "/" + turn.tenant, turn);

    arbiter_fixture after;
    for (const auto& [queue, given] : last)
      after.a.restore_share(default_pool, given.tenant, given.mark.tag, given.mark.pool_time);
    const virtual_time time = before.a.pools()[0].time;
    CHECK(after.a.pools()[0].time == time);
    const auto restored = after.shares();
    for (const tenant_share& share : before.shares()) {
      if (share.tag <= time)
        continue;
      INFO("turn " << i << ", tenant " << share.tenant);
      const auto found = std::ranges::find(restored, share.tenant, &tenant_share::tenant);
      REQUIRE(found != restored.end());
      CHECK(found->tag == share.tag);
      ++compared;
    }
  }
  CHECK(compared > 60);
}

TEST_CASE("A tenant without queue and attempts is forgotten once V has caught up with it",
          "[arbiter]") {
  arbiter_fixture s;
  s.push("t", "gone", 1);
  s.push("t", "stays", 9);
  const auto turns = s.pop(2);
  s.end(turns[0]);
  s.end(turns[1]);
  s.a.close_queue(s.number_of("t", "gone"));
  CHECK(s.shares().size() == 2); // F > V
  s.pop(2);
  REQUIRE(s.shares().size() == 1);
  CHECK(s.shares()[0].tenant == "stays");
}

TEST_CASE("A new weight keeps the cost that a tenant is ahead by", "[arbiter]") {
  arbiter_fixture s;
  s.push("t", "u", 100, with_batch(50));
  s.push("t", "v", 100);
  s.pop(1, {}, 50); // u is 50 ahead
  weight_of(s, "u", 10);
  CHECK(s.shares()[0].tag.as_double() == Approx(5.0));
}

TEST_CASE("The monitor reports a gap within its bound", "[arbiter]") {
  arbiter_fixture s;
  weight_of(s, "f", 3);
  s.push("t", "f", 500, with_batch(20));
  s.push("t", "g", 500);
  s.push("t", "h", 500);
  s.pop(200, {}, 20);
  const auto gap = s.a.pools()[0].fairness;
  CHECK(gap.ratio > 0.3);
  CHECK(gap.ratio <= 1.0);
  CHECK(gap.gap <= gap.bound);
}
