// Promises B1 to B6 and the rules of asks, in random worlds. A failure reports its seed;
// ROTA_SOAK=n multiplies the number of runs by n.
#include "tests/engine/arbiter/random_world.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>

using namespace rota::engine::test;

namespace {

int soak() {
  const char* text = std::getenv("ROTA_SOAK");
  return text == nullptr ? 1 : std::max(1, std::atoi(text));
}

struct totals {
  std::uint64_t decisions = 0;
  double b1 = 0;
  double b1t = 0;
};

/// Runs many seeds of one shape; stops at the first that breaks a promise.
totals play(world_shape shape, int seeds, int steps, std::uint64_t first_seed = 1) {
  totals sum;
  for (int i = 0; i < seeds * soak(); ++i) {
    shape.seed = first_seed + static_cast<std::uint64_t>(i);
    random_world world(shape);
    try {
      for (int s = 0; s < steps; ++s)
        world.step();
    } catch (const broken_promise& error) {
      FAIL("seed " << shape.seed << ": " << error.what());
    }
    sum.decisions += world.decisions();
    sum.b1 = std::max(sum.b1, world.worst_b1());
    sum.b1t = std::max(sum.b1t, world.worst_b1t());
  }
  CHECK(sum.decisions > 0);
  if (!shape.reservations) { // which pass over tenants, by design
    CHECK(sum.b1 <= 1.0 + 1e-9);
    CHECK(sum.b1t <= 1.0 + 1e-9);
  }
  return sum;
}

world_shape plain() {
  world_shape shape;
  shape.own_caps = shape.shared_caps = shape.rates = shape.slots = shape.batches = false;
  shape.linger = shape.costs = shape.pauses = shape.cancels = shape.late_queues = false;
  shape.typed_asks = shape.changing = false;
  shape.keys = 0;
  return shape;
}

} // namespace

TEST_CASE("Tenants with weights alone keep every promise", "[arbiter][property]") {
  play(plain(), 60, 600);
}

TEST_CASE("Asks for some types only keep every promise", "[arbiter][property]") {
  world_shape shape = plain();
  shape.typed_asks = shape.costs = true;
  play(shape, 80, 600);
}

TEST_CASE("Shared caps of types and keys, slots and rates keep every promise",
          "[arbiter][property]") {
  world_shape shape = plain();
  shape.keys = 2;
  shape.shared_caps = shape.slots = shape.rates = shape.costs = shape.typed_asks = true;
  play(shape, 120, 600);
}

TEST_CASE("Shared caps with changing work keep every promise", "[arbiter][property]") {
  world_shape shape = plain();
  shape.keys = 2;
  shape.shared_caps = shape.slots = shape.own_caps = shape.pauses = true;
  shape.costs = shape.typed_asks = shape.changing = true;
  play(shape, 120, 600);
}

TEST_CASE("Batches that linger keep every promise", "[arbiter][property]") {
  world_shape shape = plain();
  shape.batches = shape.linger = shape.costs = shape.typed_asks = shape.shared_caps = true;
  play(shape, 100, 600);
}

TEST_CASE("Queues that answer late and jobs that are cancelled keep every promise",
          "[arbiter][property]") {
  world_shape shape = plain();
  shape.late_queues = shape.cancels = shape.costs = shape.batches = shape.typed_asks = true;
  play(shape, 100, 600);
}

TEST_CASE("Everything at once keeps every promise", "[arbiter][property]") {
  world_shape shape;
  play(shape, 200, 800);
  shape.tenants = 8;
  shape.types = 5;
  shape.keys = 4;
  play(shape, 40, 800, 5000);
}

TEST_CASE("Everything at once with reservations keeps the limits", "[arbiter][property]") {
  world_shape shape;
  shape.reservations = true;
  play(shape, 80, 800);
}

TEST_CASE("Any shape of world keeps every promise", "[arbiter][property]") {
  const bool held = rc::check("arbiter promises", [] {
    world_shape shape;
    shape.seed = *rc::gen::arbitrary<std::uint64_t>();
    shape.tenants = *rc::gen::inRange(2, 7);
    shape.types = *rc::gen::inRange(1, 5);
    shape.keys = *rc::gen::inRange(1, 4);
    for (bool* part : {&shape.own_caps, &shape.shared_caps, &shape.rates, &shape.slots,
                       &shape.batches, &shape.linger, &shape.costs, &shape.weights, &shape.pauses,
                       &shape.cancels, &shape.late_queues, &shape.typed_asks, &shape.changing})
      *part = *rc::gen::arbitrary<bool>();
    random_world world(shape);
    const int steps = *rc::gen::inRange(1, 400);
    for (int s = 0; s < steps; ++s)
      world.step();
  });
  CHECK(held);
}
