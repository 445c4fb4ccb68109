// The model's watches report a promise that is broken, and nothing if it holds.
#include "tests/model/completed_watch.hpp"
#include "tests/model/frame_watch.hpp"
#include "tests/model/rate_watch.hpp"
#include "tests/model/return_watch.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace rota::model {

namespace {

std::vector<possible_turn> offers_of(const std::vector<std::string>& tenants) {
  std::vector<possible_turn> offers;
  for (const auto& tenant : tenants) {
    offers.emplace_back();
    offers.back().tenant = tenant;
  }
  return offers;
}

engine::virtual_time time_of(int cost) {
  return {engine::wide{cost} << engine::virtual_time::fraction_bits};
}

/// A turn of cost 1 that began at the pool's time.
engine::grant turn_at(int time) {
  engine::grant grant;
  grant.mark.charged = engine::micro::of(1);
  grant.mark.pool_time = time_of(time);
  grant.mark.tag = time_of(time + 1);
  return grant;
}

engine::tenant_share share_of(const std::string& tenant, int tag, std::uint64_t dispatches) {
  engine::tenant_share share;
  share.tenant = tenant;
  share.tag = time_of(tag);
  share.dispatches = dispatches;
  return share;
}

/// The ratio at the end, after a and b, of equal weight, have completed attempts in the order given
/// by `turns`.
double ratio_after(const std::string& turns) {
  const std::vector<double> weights{1, 1};
  fairness_watch runs{{"a", "b"}, weights};
  completed_watch watch{weights};
  double worst = 0;
  std::uint64_t attempt = 0;
  for (const char tenant : turns) {
    const std::string name(1, tenant);
    runs.decided(offers_of({"a", "b"}), name, engine::micro::of(1));
    watch.decided(runs, runs.number_of(name), engine::serial{++attempt}, engine::micro::of(1));
    worst = std::max(worst, watch.ended(engine::serial{attempt}).ratio);
  }
  return worst;
}

} // namespace

TEST_CASE("B2 is watched: completed costs may differ by one more than the attempts in flight") {
  CHECK(ratio_after("abbaab") <= 1);
  CHECK(ratio_after("aaaa") > 1); // with at most one in flight, 2 + 1 are permitted
  // Attempts in flight widen the bound; a turn that was corrected belongs to no run.
  const std::vector<double> weights{1, 1};
  fairness_watch runs{{"a", "b"}, weights};
  completed_watch watch{weights};
  for (std::uint64_t attempt = 1; attempt <= 4; ++attempt) {
    runs.decided(offers_of({"a", "b"}), "a", engine::micro::of(1));
    watch.decided(runs, 0, engine::serial{attempt}, engine::micro::of(1));
  }
  for (std::uint64_t attempt = 1; attempt <= 3; ++attempt)
    CHECK(watch.ended(engine::serial{attempt}).ratio <= 1);
  watch.corrected(engine::serial{4}, {});
  CHECK(watch.ended(engine::serial{4}).gap == 0);
}

TEST_CASE("B4 is watched: a tenant that returns waits for at most one turn of each other tenant") {
  const auto offers = offers_of({"a", "b", "c"});
  const auto world = [](engine::tenant_share b, bool in_frames = false) {
    return_watch watch;
    watch.step({{"a"}, {"c"}}, {{share_of("a", 6, 9), share_of("c", 6, 9)}, time_of(5)});
    watch.step({{"a"}, {"b", in_frames}, {"c"}},
               {{share_of("a", 6, 9), std::move(b), share_of("c", 6, 9)}, time_of(5)});
    return watch;
  };
  auto watch = world(share_of("b", 5, 0));
  CHECK_FALSE(watch.decided(offers, "a", turn_at(5)));
  CHECK_FALSE(watch.decided(offers, "c", turn_at(5)));
  CHECK(watch.decided(offers, "a", turn_at(6)) ==
        "B4: b came to work and waited for more than one turn of a");
  CHECK(watch.passed_over() == 3);

  watch = world(share_of("b", 5, 0));
  CHECK_FALSE(watch.decided(offers, "a", turn_at(5)));
  CHECK_FALSE(watch.decided(offers, "b", turn_at(5))); // from here on it is like any other tenant
  CHECK_FALSE(watch.decided(offers, "a", turn_at(6)));
  CHECK_FALSE(watch.decided(offers, "a", turn_at(6)));

  watch = world(share_of("b", 5, 7), true); // may owe in the time of a frame
  CHECK_FALSE(watch.decided(offers, "a", turn_at(5)));
  CHECK_FALSE(watch.decided(offers, "a", turn_at(6)));

  watch = world(share_of("b", 8, 1)); // owes for a turn
  CHECK_FALSE(watch.decided(offers, "a", turn_at(5)));
  CHECK_FALSE(watch.decided(offers, "a", turn_at(6)));

  watch = world(share_of("b", 5, 0));
  watch.corrected("a"); // its refund pays for turns that begin before the pool's time
  auto paid = turn_at(5);
  paid.mark.tag = time_of(4);
  CHECK_FALSE(watch.decided(offers, "a", paid));
  CHECK_FALSE(watch.decided(offers, "a", paid));
}

TEST_CASE("B3 is watched: no tenant that could have a turn is behind the pool's time") {
  const auto offers = offers_of({"a", "b"});
  return_watch watch;
  const auto left_behind = [&](int tag) {
    return watch.left_behind(offers, "a", turn_at(5), {share_of("a", 6, 9), share_of("b", tag, 9)});
  };
  CHECK_FALSE(left_behind(5));
  CHECK(left_behind(4) == "B3: b could have had a turn and is behind the pool's time");
  watch.corrected("b"); // permitted by a refund
  CHECK_FALSE(left_behind(4));
}

TEST_CASE("a turn that outlives its queue is counted when the queue is opened again") {
  turn_model turns;
  engine::type_settings type;
  type.max_running_per_tenant = 1;
  turns.set_type("t", type, {});
  const engine::queue_number queue{1};
  engine::lane_report lane;
  lane.traits = std::make_shared<engine::lane_traits>();
  lane.ready = lane.next_count = 2;
  turns.open_queue(queue, "t", "a");
  turns.report(queue, {0, {lane}});
  const auto could_have = [&] { return turns.possible_turns({}, {}).size(); };
  REQUIRE(could_have() == 1);
  engine::grant grant;
  grant.queue = queue;
  grant.attempt = {7};
  turns.granted(grant, {});
  turns.close_queue(queue);
  turns.open_queue(queue, "t", "a");
  lane.ready = lane.next_count = 1;
  turns.report(queue, {0, {lane}});
  CHECK(could_have() == 0); // still at its limit
  turns.freed(grant.attempt);
  CHECK(could_have() == 1);
}

TEST_CASE("B1 is watched: a turn that a refund pays for belongs to no run") {
  fairness_watch runs{{"a", "b"}, {1, 1}};
  const auto offers = offers_of({"a", "b"});
  const auto one = engine::micro::of(1);
  for (int i = 0; i < 3; ++i)
    runs.decided(offers, "a", one);
  CHECK(runs.worst_at_its_time().ratio == Approx(1.5));
  fairness_watch refunded{{"a", "b"}, {1, 1}};
  refunded.corrected("a", {});
  for (int i = 0; i < 3; ++i)
    refunded.decided(offers, "a", one, true);
  CHECK(refunded.worst_at_its_time().ratio == 0);
  refunded.decided(offers, "a", one);
  CHECK(refunded.worst_at_its_time().ratio == Approx(0.5));
}

TEST_CASE("B1 within a type is watched: decisions while it is shut do not end a run") {
  fairness_watch runs{{"a", "b", "c"}, {1, 1, 1}};
  frame_watch frames{{1, 1, 1}};
  const std::vector<live_tenant> live{{"a", true, "t", "t//1"}, {"b", true, "t", "t//1"}, {"c"}};
  const auto turn = [&](const std::string& chosen, bool open) {
    const auto offers = open ? offers_of({"a", "b", "c"}) : offers_of({"c"});
    runs.decided(offers, chosen, engine::micro::of(1));
    frames.decided(runs, live, runs.number_of(chosen), engine::micro::of(1),
                   [&](const std::string&) { return open; });
  };
  for (int i = 0; i < 3; ++i) {
    turn("a", true);
    turn("c", false);
  }
  CHECK(runs.worst_at_its_time().ratio == Approx(0.5)); // each run ends with the next turn of c
  CHECK(frames.worst_of_types().ratio == Approx(1.5));
  CHECK(frames.worst_of_classes().ratio == Approx(1.5));
}

TEST_CASE("B6 is watched: starts are counted in every window, undone ones are not") {
  rate_watch rates;
  rates.set_rate("type t", engine::rate_settings{1.0, 2.0});
  const auto at = [](int ms) { return engine::from_us(ms * 1000); };
  CHECK_FALSE(rates.exceeds("type t", {1}, at(0)));
  CHECK_FALSE(rates.exceeds("type t", {2}, at(0)));
  rates.undone({2});
  CHECK_FALSE(rates.exceeds("type t", {3}, at(500)));
  CHECK(rates.exceeds("type t", {4}, at(900)));
}

} // namespace rota::model
