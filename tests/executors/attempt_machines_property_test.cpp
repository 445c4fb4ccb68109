// Start machine and watch machine against a naive world. A failure prints its seed; ROTA_SEED sets
// the first one, ROTA_SOAK=n multiplies the number of runs by n.
#include "tests/executors/attempt_world.hpp"
#include "tests/support/seed.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>

using namespace rota::tests;

namespace {

int soak() {
  const char* text = std::getenv("ROTA_SOAK");
  return text == nullptr ? 1 : std::max(1, std::atoi(text));
}

/// Plays many seeds of one shape to their ends; stops at the first that breaks a rule.
attempt_world::totals play(world_shape shape, int seeds, int steps) {
  attempt_world::totals sum;
  const auto first = chosen_seed();
  std::cout << "first seed: " << first << '\n';
  for (int i = 0; i < seeds * soak(); ++i) {
    shape.seed = first + static_cast<std::uint64_t>(i);
    attempt_world world{shape};
    try {
      for (int s = 0; s < steps; ++s)
        world.step();
      world.settle_down();
    } catch (const std::exception& error) {
      FAIL("seed " << shape.seed << ": " << error.what());
    }
    sum += world.seen();
  }
  CHECK(sum.starts > 0);
  CHECK(sum.ended > 0);
  return sum;
}

world_shape plain() {
  world_shape shape;
  shape.crashes = shape.failures = shape.refusals = shape.vanishing = shape.late_lists = false;
  shape.cancels = shape.timeouts = shape.strangers = shape.dismissals = false;
  return shape;
}

} // namespace

TEST_CASE("On a working backend all attempts end, each recorded once", "[executors][property]") {
  const auto sum = play(plain(), 60, 1500);
  CHECK(sum.lost + sum.refused + sum.released + sum.terms + sum.orphans_removed == 0);
}

TEST_CASE("No more starts are in progress than allowed, and as many are reached",
          "[executors][property]") {
  auto shape = plain();
  shape.slots = 500;
  shape.slow_percent = 97;
  CHECK(play(shape, 20, 3000).most_starting == 32);
}

TEST_CASE("Failing calls, with or without effect, end no attempt early", "[executors][property]") {
  auto shape = plain();
  shape.failures = shape.refusals = shape.late_lists = true;
  const auto sum = play(shape, 100, 1500);
  CHECK(sum.lost == 0);
  CHECK(sum.refused > 0);
}

TEST_CASE("Cancels and timeouts are TERM, then KILL after the grace", "[executors][property]") {
  auto shape = plain();
  shape.failures = shape.cancels = shape.timeouts = true;
  const auto sum = play(shape, 100, 1500);
  CHECK(sum.terms > 0);
  CHECK(sum.kills > 0);
  CHECK(sum.released > 0);
}

TEST_CASE(
    "An attempt that the backend loses is lost after three rounds, but not one that it lists late",
    "[executors][property]") {
  auto shape = plain();
  shape.vanishing = shape.late_lists = true;
  CHECK(play(shape, 100, 1500).lost > 0);
}

TEST_CASE("After crashes, running attempts are adopted and unknown ones removed",
          "[executors][property]") {
  auto shape = plain();
  shape.crashes = shape.failures = shape.strangers = true;
  const auto sum = play(shape, 100, 1500);
  CHECK(sum.crashes > 0);
  CHECK(sum.adopted > 0);
  CHECK(sum.orphans_removed > 0);
}

TEST_CASE("All faults together break no rule of attempts", "[executors][property]") {
  const auto sum = play({}, 300, 2000);
  CHECK(sum.lost > 0);
  CHECK(sum.released > 0);
  CHECK(sum.kills > 0);
  CHECK(sum.crashes > 0);
}
