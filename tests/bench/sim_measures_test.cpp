// The measures of simulations, and the policies that they compare.
#include "bench/sim/measures/estimate_meter.hpp"
#include "bench/sim/measures/share_meter.hpp"
#include "bench/sim/policies/policy.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

namespace rota::bench {

namespace {

possible_turn offer(const std::string& tenant, engine::order_key order, double weight = 1,
                    std::int64_t cost = 1) {
  possible_turn turn;
  turn.tenant = tenant;
  turn.order = order;
  turn.weight = weight;
  turn.cost = engine::micro::of(cost);
  return turn;
}

/// The order of turns if all tenants always make the same offers.
std::string turns(policy& rule, const std::vector<possible_turn>& offers, int count) {
  std::string order;
  for (int i = 0; i < count; ++i) {
    const auto& turn = offers[rule.choose(offers)];
    order += turn.tenant;
    rule.served(turn);
  }
  return order;
}

} // namespace

TEST_CASE("estimates are held against the starts") {
  using std::chrono::seconds;
  const auto begin = engine::from_us(1'000'000'000);
  estimate_meter meter{begin};
  CHECK_FALSE(meter.result({}));
  const auto estimate = engine::estimate_after(seconds{100}, begin);
  std::vector<sim_job_times> all_jobs(4);
  for (std::size_t job = 0; job < 3; ++job)
    meter.record(job, begin, estimate);
  meter.record(3, begin, std::nullopt);
  all_jobs[0].first_start = seconds{40};
  all_jobs[1].first_start = seconds{150};
  all_jobs[2].first_start = seconds{400};
  const auto result = meter.result(all_jobs);
  REQUIRE(result);
  CHECK(result->requested == 4);
  CHECK(result->estimated == 3);
  CHECK(result->early == 1);
  CHECK(result->late == 1);
  CHECK(result->ratio_p50 == Approx(1.5));
}

TEST_CASE("the share of a tenant counts what was handed out while others waited") {
  share_meter meter{{1, 1}};
  meter.add_waiting(0);
  meter.turn(0, 5); // No other tenant waits.
  meter.add_waiting(1);
  meter.turn(0, 3);
  meter.turn(1, 1);
  CHECK(meter.share(0) == Approx(0.75));
  CHECK(meter.share(1) == Approx(0.25));
}

TEST_CASE(
    "Jain's index is 1 when all get what is due by their weights, and less when one gets all") {
  share_meter even{{3, 1}};
  share_meter uneven{{3, 1}};
  for (auto* meter : {&even, &uneven}) {
    meter->add_waiting(0);
    meter->add_waiting(1);
  }
  for (int i = 0; i < 100; ++i) {
    even.turn(i % 4 == 0 ? 1 : 0, 1);
    uneven.turn(0, 1);
  }
  CHECK(even.jain() == Approx(1));
  CHECK(uneven.jain() == Approx(0.5));
}

TEST_CASE("first in first out takes the oldest") {
  CHECK(turns(*make_policy(policy_kind::fifo), {offer("a", 3), offer("b", 1), offer("c", 2)}, 1) ==
        "b");
}

TEST_CASE("least recently served is a round robin whatever the weights, the oldest first") {
  CHECK(turns(*make_policy(policy_kind::lru), {offer("a", 3, 9), offer("b", 1), offer("c", 2)},
              6) == "bcabca");
}

TEST_CASE("strict priority serves the greatest weight as long as it has work") {
  CHECK(turns(*make_policy(policy_kind::priority),
              {offer("a", 1, 1), offer("b", 2, 5), offer("c", 1, 5)}, 3) == "ccc");
}

TEST_CASE("deficit round robin gives cost by weights, and every tenant something each round") {
  const auto rule = make_policy(policy_kind::drr);
  const auto order = turns(*rule, {offer("a", 1, 1, 2), offer("b", 1, 3, 1)}, 70);
  std::map<char, int> counts;
  for (const char tenant : order)
    ++counts[tenant];
  CHECK(order.substr(0, 7) == "abbbbbb"); // With a quantum of 2: one turn of a, six of b.
  CHECK(counts['a'] * 2 * 3 == counts['b']);
}

TEST_CASE("choosing without serving changes nothing for deficit round robin") {
  const std::vector<possible_turn> offers{offer("a", 1), offer("b", 1)};
  const auto asked_twice = make_policy(policy_kind::drr);
  asked_twice->choose(offers);
  asked_twice->choose(offers);
  CHECK(turns(*asked_twice, offers, 4) == turns(*make_policy(policy_kind::drr), offers, 4));
}

} // namespace rota::bench
