// The simulator's watches of B2, B3 and B4 see when a promise is broken, and say nothing when it holds.
#include "bench/sim/completed_watch.hpp"
#include "bench/sim/return_watch.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace rota::bench {

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

/// What a and b of equal weight completed, one attempt after another, as `turns` tells; the ratio at the end.
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

TEST_CASE("B2 is watched: what ended may come apart by one more than what is in flight") {
  CHECK(ratio_after("abbaab") <= 1);
  CHECK(ratio_after("aaaa") > 1); // With one in flight at most, 2 + 1 are allowed.
  // What is in flight widens the bound, what a correction changed belongs to no run.
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

TEST_CASE("B4 is watched: who came to work waits for one turn of each other at most") {
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
  CHECK_FALSE(watch.decided(offers, "b", turn_at(5))); // From here on it is as any other.
  CHECK_FALSE(watch.decided(offers, "a", turn_at(6)));
  CHECK_FALSE(watch.decided(offers, "a", turn_at(6)));

  watch = world(share_of("b", 5, 7), true); // May owe in a time of its own.
  CHECK_FALSE(watch.decided(offers, "a", turn_at(5)));
  CHECK_FALSE(watch.decided(offers, "a", turn_at(6)));

  watch = world(share_of("b", 8, 1)); // Owes for a turn.
  CHECK_FALSE(watch.decided(offers, "a", turn_at(5)));
  CHECK_FALSE(watch.decided(offers, "a", turn_at(6)));

  watch = world(share_of("b", 5, 0));
  watch.corrected("a"); // Its refund pays for turns that begin before the pool's time.
  auto paid = turn_at(5);
  paid.mark.tag = time_of(4);
  CHECK_FALSE(watch.decided(offers, "a", paid));
  CHECK_FALSE(watch.decided(offers, "a", paid));
}

TEST_CASE("B3 is watched: nobody who could have a turn is behind the pool's time") {
  const auto offers = offers_of({"a", "b"});
  return_watch watch;
  const auto left_behind = [&](int tag) {
    return watch.left_behind(offers, "a", turn_at(5), {share_of("a", 6, 9), share_of("b", tag, 9)});
  };
  CHECK_FALSE(left_behind(5));
  CHECK(left_behind(4) == "B3: b could have had a turn and is behind the pool's time");
  watch.corrected("b"); // By a refund it may be.
  CHECK_FALSE(left_behind(4));
}

} // namespace rota::bench
