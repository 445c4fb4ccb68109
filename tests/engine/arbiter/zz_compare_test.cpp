#include "tests/engine/arbiter/arbiter_model.hpp"
#include "tests/engine/arbiter/random_world.hpp"

#include <catch2/catch.hpp>

#include <cstdio>
#include <iostream>
using namespace rota::engine::test;
TEST_CASE("zz old and new model agree", "[zzcompare]") {
  std::uint64_t decisions = 0;
  int differ = 0;
  double most = 0;
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    std::mt19937_64 r(seed * 77);
    model_shape o;
    world_shape n;
    o.seed = n.seed = seed;
    o.tenants = n.tenants = 2 + static_cast<int>(r() % 6);
    o.types = n.types = 1 + static_cast<int>(r() % 4);
    o.keys = n.keys = 1 + static_cast<int>(r() % 4);
    bool* os[] = {&o.own_caps,    &o.shared_caps, &o.rates,   &o.slots,  &o.batches,
                  &o.linger,      &o.costs,       &o.weights, &o.pauses, &o.cancels,
                  &o.late_queues, &o.typed_asks,  &o.changing};
    bool* ns[] = {&n.own_caps,    &n.shared_caps, &n.rates,   &n.slots,  &n.batches,
                  &n.linger,      &n.costs,       &n.weights, &n.pauses, &n.cancels,
                  &n.late_queues, &n.typed_asks,  &n.changing};
    for (int i = 0; i < 13; ++i)
      *os[i] = *ns[i] = r() % 2;
    if (seed % 10 == 0)
      o.reservations = n.reservations = true;
    arbiter_model a(o);
    random_world b(n);
    std::string ea, eb;
    try {
      for (int s = 0; s < 600; ++s)
        a.step();
    } catch (const std::exception& e) {
      ea = e.what();
    }
    try {
      for (int s = 0; s < 600; ++s)
        b.step();
    } catch (const std::exception& e) {
      eb = e.what();
    }
    decisions += a.decisions();
    const bool same = ea == eb && a.decisions() == b.decisions() &&
                      std::abs(a.worst_b1() - b.worst_b1()) < 1e-9 &&
                      std::abs(a.worst_b1t() - b.worst_b1t()) < 1e-9;
    if (!same) {
      ++differ;
      if (differ < 25)
        std::printf("seed %d decisions %d %d b1 %.12g %.12g b1t %.12g %.12g shape", (int)seed,
                    (int)a.decisions(), (int)b.decisions(), a.worst_b1(), b.worst_b1(),
                    a.worst_b1t(), b.worst_b1t());
      if (differ < 25) {
        for (int i = 0; i < 13; ++i)
          std::printf("%d", *os[i]);
        std::printf(" res %d old '%s' new '%s'\n", o.reservations, ea.c_str(), eb.c_str());
      }
    }
    most = std::max(most, a.worst_b1());
  }
  std::printf("COMPARED decisions %llu differ %d worst b1 %g\n", (unsigned long long)decisions,
              differ, most);
}
