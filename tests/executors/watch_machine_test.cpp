// The watch machine step by step: times, orders and reports that the random worlds do not check.
#include "executors/watch_machine.hpp"

#include <catch2/catch.hpp>

using namespace rota::executors;
using namespace rota::engine;
using namespace std::chrono_literals;

namespace {

using effect = watch_machine::effect;

attempt_id id_of(std::uint64_t number) { return {{1}, {number}}; }

/// A machine with the time at which it acts.
struct watching {
  watch_machine machine{watch_limits{}};
  time_point now = from_us(1'700'000'000'000'000);
  std::uint64_t round = 0;

  void watch(std::uint64_t number, std::optional<milliseconds> timeout = {}) {
    watch_order order;
    order.attempt = id_of(number);
    order.started = now;
    order.timeout = timeout;
    order.grace = 1000ms;
    machine.watch(order, now);
  }

  /// Returns the effects of one kind; drops the others.
  template <class Effect>
  std::vector<Effect> take() {
    std::vector<Effect> found;
    for (const effect& each : machine.take_effects())
      if (const auto* wanted = std::get_if<Effect>(&each))
        found.push_back(*wanted);
    return found;
  }

  /// Lets the time of the next round come, and answers it. Returns the time that it came after.
  milliseconds next_round(const backend_result<std::vector<listed_attempt>>& answer) {
    const auto before = now;
    REQUIRE(machine.next_wake() != never);
    now = std::max(now, machine.next_wake());
    machine.tick(now);
    const auto calls = take<watch_machine::list_call>();
    REQUIRE(calls.size() == 1);
    machine.listed(calls.front().round, answer, {}, now);
    return std::chrono::duration_cast<milliseconds>(now - before);
  }
};

std::vector<listed_attempt> listed(attempt_state what,
                                   std::initializer_list<std::uint64_t> numbers) {
  std::vector<listed_attempt> all;
  for (const auto number : numbers)
    all.push_back({to_text(id_of(number)), what});
  return all;
}

} // namespace

TEST_CASE("Rounds get rarer while nothing changes, and are frequent after a change",
          "[executors]") {
  watching w;
  w.watch(1, 60'000ms);
  milliseconds interval = 200ms;
  while (interval < 5000ms) {
    CHECK(w.next_round(listed(attempt_state::running, {1})) == interval);
    interval = std::min<milliseconds>(5000ms, interval * 3 / 2);
  }
  CHECK(w.next_round(listed(attempt_state::running, {1})) == 5000ms);
  SECTION("a new attempt") {
    w.watch(2);
    CHECK(w.next_round(listed(attempt_state::running, {1, 2})) == 200ms);
  }
  SECTION("an attempt is missing") {
    w.next_round(listed(attempt_state::running, {}));
    CHECK(w.next_round(listed(attempt_state::running, {1})) == 200ms);
  }
  SECTION("an attempt was stopped at its timeout") {
    while (w.take<signal_call>().empty()) {
      w.now = w.machine.next_wake();
      w.machine.tick(w.now);
      w.machine.listed(++w.round, listed(attempt_state::running, {1}), {}, w.now);
    }
    CHECK(w.machine.next_wake() - w.now <= 300ms);
  }
}

TEST_CASE("A failed round is repeated with growing pauses and shown until one succeeds",
          "[executors]") {
  watching w;
  w.machine.start_round();
  w.machine.listed(w.take<watch_machine::list_call>().at(0).round, backend_error{"down"}, {},
                   w.now);
  CHECK(w.take<health_report>().at(0).why == "down");
  for (const auto pause : {400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms})
    CHECK(w.next_round(backend_error{"down"}) == pause);
  static_cast<void>(w.machine.take_effects());
  w.next_round(listed(attempt_state::running, {}));
  CHECK(w.take<health_report>().at(0).why.empty());
  CHECK(w.machine.next_wake() == never);
  CHECK(w.machine.figures().polls == 1);
  CHECK(w.machine.figures().polls_failed == 7);
  w.watch(1);
  CHECK(w.next_round(backend_error{"down"}) == 200ms);
  CHECK(w.next_round(listed(attempt_state::running, {1})) == 400ms);
}

TEST_CASE("Signals are sent at their times, between rounds", "[executors]") {
  watching w;
  w.watch(1, 100ms);
  CHECK(w.next_round(listed(attempt_state::running, {1})) == 100ms);
  const auto termed = w.now;
  milliseconds since{0};
  while (w.take<signal_call>().empty() && since < 5000ms) {
    w.now = w.machine.next_wake();
    since = std::chrono::duration_cast<milliseconds>(w.now - termed);
    w.machine.tick(w.now);
    w.machine.listed(++w.round, listed(attempt_state::running, {1}), {}, w.now);
  }
  CHECK(since == 1000ms);
}

TEST_CASE("A signal that is due while the result is fetched is sent once that has failed",
          "[executors]") {
  watching w;
  w.watch(1, 1000ms);
  w.next_round(listed(attempt_state::ended, {1}));
  w.now += 2000ms;
  w.machine.tick(w.now);
  CHECK(w.take<signal_call>().empty());
  w.machine.result_answered(id_of(1), backend_error{"later"}, w.now);
  CHECK(w.take<signal_call>().size() == 1);
}

TEST_CASE("An attempt that was stopped at its timeout has timed out, whatever the backend reports",
          "[executors]") {
  watching w;
  w.watch(1, 100ms);
  w.next_round(listed(attempt_state::running, {1}));
  w.next_round(listed(attempt_state::ended, {1}));
  w.machine.result_answered(id_of(1), attempt_result{}, w.now);
  CHECK(w.take<watch_machine::settle_ended>().at(0).how.timed_out);
}

TEST_CASE("An orphan is removed only once its fence holds", "[executors]") {
  watching w;
  const fence_call call{to_text(id_of(7))};
  w.machine.answered(call, "busy", w.now);
  CHECK(w.take<remove_call>().empty());
  w.machine.answered(call, "", w.now);
  CHECK(w.take<remove_call>().size() == 1);
  CHECK(w.machine.next_wake() == never);
  w.machine.answered(remove_call{call.name}, "full", w.now);
  CHECK(w.machine.next_wake() != never); // rounds continue until it is gone
}

TEST_CASE("Failed signals, results, fences and removals are shown", "[executors]") {
  watching w;
  w.watch(1);
  w.machine.answered(signal_call{to_text(id_of(1))}, "denied", w.now);
  CHECK(w.take<health_report>().at(0).why == "denied");
  w.next_round(listed(attempt_state::ended, {1}));
  w.machine.result_answered(id_of(1), backend_error{"unreadable"}, w.now);
  CHECK(w.take<health_report>().at(1).why == "unreadable");
  w.next_round(listed(attempt_state::lost, {1}));
  w.machine.answered(fence_call{to_text(id_of(1))}, "busy", w.now);
  CHECK(w.take<health_report>().at(1).why == "busy");
  w.machine.answered(remove_call{to_text(id_of(2))}, "full", w.now);
  CHECK(w.take<health_report>().at(0).why == "full");
}

TEST_CASE("Each round begins with another attempt", "[executors]") {
  watching w;
  std::vector<attempt_id> first;
  for (const std::uint64_t number : {1, 2, 3})
    w.watch(number);
  for (int round = 0; round < 3; ++round) {
    w.next_round(listed(attempt_state::ended, {1, 2, 3}));
    const auto calls = w.take<watch_machine::result_call>();
    REQUIRE(calls.size() == 3);
    first.push_back(calls.front().attempt);
    for (const auto& call : calls)
      w.machine.result_answered(call.attempt, backend_error{"later"}, w.now);
  }
  CHECK(std::set<attempt_id>(first.begin(), first.end()).size() == 3);
}

TEST_CASE("A round from before an attempt was watched proves only its end", "[executors]") {
  for (const auto what : {attempt_state::created, attempt_state::running, attempt_state::lost,
                          attempt_state::ended}) {
    watching w;
    w.machine.start_round();
    const auto round = w.take<watch_machine::list_call>().at(0).round;
    w.watch(1);
    w.machine.listed(round, listed(what, {1}), {}, w.now);
    const auto effects = w.machine.take_effects();
    CHECK(std::any_of(effects.begin(), effects.end(), [](const effect& each) {
            return std::holds_alternative<watch_machine::result_call>(each);
          }) == (what == attempt_state::ended));
    CHECK(std::none_of(effects.begin(), effects.end(), [](const effect& each) {
      return std::holds_alternative<fence_call>(each);
    }));
  }
}

TEST_CASE("A started attempt that the backend lists as created is fenced and lost", "[executors]") {
  watching w;
  w.watch(1);
  w.next_round(listed(attempt_state::created, {1}));
  CHECK(w.take<fence_call>().size() == 1);
  w.machine.answered(fence_call{to_text(id_of(1))}, "", w.now);
  CHECK(w.take<watch_machine::settle_lost>().size() == 1);
  CHECK(w.machine.figures().lost == 1);
}

TEST_CASE("An orphan counts from its second round, and is handled once per period", "[executors]") {
  const auto what = GENERATE(attempt_state::ended, attempt_state::running);
  watching w;
  w.machine.start_round();
  w.machine.listed(w.take<watch_machine::list_call>().at(0).round, listed(what, {7}), {}, w.now);
  CHECK(w.machine.figures().orphans == 0);
  w.next_round(listed(what, {7}));
  CHECK(w.machine.figures().orphans == 1);
  const auto first_seen = w.now;
  std::vector<time_point> handled;
  while (w.now - first_seen < 150s) {
    w.now = w.machine.next_wake();
    w.machine.tick(w.now);
    w.machine.listed(++w.round, listed(what, {7}), {}, w.now);
    for (const effect& each : w.machine.take_effects())
      if (std::holds_alternative<remove_call>(each) || std::holds_alternative<fence_call>(each)) {
        CHECK(std::holds_alternative<remove_call>(each) == (what == attempt_state::ended));
        handled.push_back(w.now);
      }
  }
  REQUIRE(handled.size() == 2);
  CHECK(handled[1] - handled[0] >= 60s);
}

TEST_CASE("Hints fetch the result of a watched attempt, and wait for one that is starting",
          "[executors]") {
  watching w;
  w.watch(1);
  w.machine.hinted(to_text(id_of(1)), {});
  CHECK(w.take<watch_machine::result_call>().size() == 1);
  w.machine.hinted(to_text(id_of(1)), {});
  CHECK(w.machine.take_effects().empty());
  w.machine.hinted(to_text(id_of(2)), {id_of(2)});
  CHECK(w.machine.take_effects().empty());
  w.watch(2);
  CHECK(w.take<watch_machine::result_call>().size() == 1);
  for (const auto& name : {std::string{}, to_text(id_of(3))}) {
    watching other;
    other.machine.hinted(name, {});
    CHECK(other.take<watch_machine::list_call>().size() == 1);
  }
}

TEST_CASE("Requests for a round while one is open lead to one more", "[executors]") {
  watching w;
  w.machine.start_round();
  CHECK(w.take<watch_machine::list_call>().size() == 1);
  w.machine.start_round();
  w.machine.start_round();
  CHECK(w.machine.take_effects().empty());
  w.machine.listed(1, listed(attempt_state::running, {}), {}, w.now);
  CHECK(w.take<watch_machine::list_call>().size() == 1);
  w.machine.listed(2, listed(attempt_state::running, {}), {}, w.now);
  CHECK(w.take<watch_machine::list_call>().empty());
}
