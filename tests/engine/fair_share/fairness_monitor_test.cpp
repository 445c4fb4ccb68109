#include "engine/fair_share/fairness_monitor.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <vector>

using namespace rota::engine;

namespace {
const auto everybody = [](const share_member&) { return true; };
const auto nobody = [](const share_member&) { return false; };

/// A monitor of two tenants.
struct watched_pair : fairness_monitor {
  share_member a, b;

  void serve(const share_member& tenant, int turns = 1) {
    for (; turns > 0; --turns)
      decided(tenant, micro::of(1), everybody);
  }
};
} // namespace

TEST_CASE("Alternating turns stay within the bound", "[fairness_monitor]") {
  watched_pair monitor;
  for (int i = 0; i < 100; ++i) {
    monitor.serve(monitor.a);
    monitor.serve(monitor.b);
  }
  CHECK(monitor.worst().gap == Approx(1.0));
  CHECK(monitor.worst().bound == Approx(2.0));
  CHECK(monitor.worst().ratio <= 1.0);
}

TEST_CASE("The ratio of an unfair run grows with its length", "[fairness_monitor]") {
  watched_pair monitor;
  monitor.serve(monitor.b);
  monitor.serve(monitor.a, 10);
  CHECK(monitor.worst().gap == Approx(10.0));
  CHECK(monitor.worst().ratio > 4.9);
}

TEST_CASE("Turns are not counted while the other tenant cannot be served", "[fairness_monitor]") {
  watched_pair monitor;
  monitor.serve(monitor.b);
  for (int i = 0; i < 10; ++i)
    monitor.decided(monitor.a, micro::of(1), nobody);
  CHECK(monitor.worst().ratio < 1.0);
}

TEST_CASE("A corrected cost ends the run of its tenant until it is served", "[fairness_monitor]") {
  watched_pair monitor;
  monitor.serve(monitor.b);
  monitor.interrupt(monitor.b, micro::of(30));
  monitor.serve(monitor.a, 30);
  CHECK(monitor.worst().ratio < 1.0);
}

TEST_CASE("A forgotten tenant is not compared any more", "[fairness_monitor]") {
  fairness_monitor monitor;
  share_member stays;
  {
    std::vector<std::unique_ptr<share_member>> many;
    for (int i = 0; i < 30; ++i) {
      many.push_back(std::make_unique<share_member>());
      monitor.decided(*many.back(), micro::of(1), everybody);
    }
    for (const auto& m : many)
      monitor.forget(*m);
  }
  for (int i = 0; i < 10; ++i)
    monitor.decided(stays, micro::of(1), everybody);
  CHECK(monitor.worst().ratio <= 1.0);
}
