// Audits of queues and arbiter: once a minute after changes, for at most a hundredth of a core.
#include "actors/runtime/audit_schedule.hpp"
#include "tests/actors/runtime_fixture.hpp"
#include "tests/support/broken_rule.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>

namespace rota::tests {

namespace {

using namespace std::chrono_literals;

actors::runtime_limits with_audits() {
  actors::runtime_limits limits;
  limits.audit_every = 60'000ms;
  return limits;
}

std::uint64_t audits_of(runtime_fixture& f) { return f.shared().audits.figures().audits; }

/// A core whose audit slices take time.
struct slow_core {
  engine::time_point& clock;
  engine::duration takes{};
  int slices = 1;
  int at = 0;
  std::optional<std::string> finding = {};

  engine::audit_result audit_step(std::size_t) {
    clock += takes;
    at = at + 1 < slices ? at + 1 : 0;
    return {at == 0, finding};
  }
};

} // namespace

TEST_CASE(
    "a queue and the arbiter audit themselves a minute after a change, and not again without one") {
  runtime_fixture f({}, with_audits());
  f.ask<actors::push_reply>(push("t", "a", 3));
  f.advance(59s, 1s);
  CHECK(audits_of(f) == 0);
  f.advance(2s);
  CHECK(audits_of(f) == 2);
  f.advance(std::chrono::hours{1}, 60s);
  CHECK(audits_of(f) == 2);
  f.ask<actors::pop_reply>(pop());
  f.advance(30s, 1s);
  CHECK(audits_of(f) == 2);
  f.advance(40s, 1s);
  CHECK(audits_of(f) == 4);
}

TEST_CASE("a deep queue is audited in slices, between which other messages are handled") {
  runtime_fixture f({}, with_audits());
  for (int i = 0; i < 10; ++i)
    f.ask<actors::push_reply>(push("t", "a", 100));
  f.advance(60s, 1s);
  f.advance(10ms);
  const auto first = audits_of(f);
  f.ask<actors::pop_reply>(pop(100));
  f.advance(1s);
  CHECK(first < 2);
  CHECK(audits_of(f) == 2);
}

TEST_CASE("slices leave ninety-nine hundredths of the time to others") {
  engine::time_point now = engine::from_us(1'000'000'000);
  const auto begin = now;
  actors::audit_schedule schedule;
  std::vector<slow_core> cores(3, slow_core{now, 700us, 20});
  std::vector<actors::self_audit> audits(3);
  const auto read = [&] { return now; };
  while (schedule.figures().audits < 30) {
    for (std::size_t i = 0; i < cores.size(); ++i) {
      audits[i].changed(now, 1s);
      audits[i].run(schedule, cores[i], 1s, read, "it");
    }
    now += 1ms;
  }
  const auto took = schedule.figures().took;
  CHECK(took * 100 <= now - begin + 100 * 700us); // the pause after the last slice is yet to come
  CHECK(took * 150 > now - begin);                // and the budget is used
}

TEST_CASE("a finding ends the daemon and names its actor") {
  engine::time_point now = engine::from_us(1'000'000'000);
  actors::audit_schedule schedule;
  slow_core core{now, 1us, 1, 0, "its counts differ from a recount"};
  actors::self_audit audit;
  audit.changed(now, 1s);
  now += 1s;
  check_breaks("queue 7: its counts differ from a recount", [&] {
    audit.run(
        schedule, core, 1s, [&] { return now; }, "queue 7");
  });
}

} // namespace rota::tests
