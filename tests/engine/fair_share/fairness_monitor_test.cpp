#include "engine/fair_share/fairness_monitor.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace rota::engine;

namespace {
const auto everybody = [](const share_member&) { return true; };
const auto nobody = [](const share_member&) { return false; };
} // namespace

TEST_CASE("Turns in turn stay within the bound", "[fairness_monitor]") {
  fairness_monitor monitor;
  share_member a;
  share_member b;
  for (int i = 0; i < 100; ++i) {
    monitor.decided(a, micro::of(1), everybody);
    monitor.decided(b, micro::of(1), everybody);
  }
  CHECK(monitor.worst().gap == Approx(1.0));
  CHECK(monitor.worst().bound == Approx(2.0));
  CHECK(monitor.worst().ratio <= 1.0);
}

TEST_CASE("An unfair run shows, and more so the longer it is", "[fairness_monitor]") {
  fairness_monitor monitor;
  share_member a;
  share_member b;
  monitor.decided(b, micro::of(1), everybody);
  for (int i = 0; i < 10; ++i)
    monitor.decided(a, micro::of(1), everybody);
  CHECK(monitor.worst().gap == Approx(10.0));
  CHECK(monitor.worst().ratio > 4.9);
}

TEST_CASE("What one gets while the other can't be served isn't counted", "[fairness_monitor]") {
  fairness_monitor monitor;
  share_member a;
  share_member b;
  monitor.decided(b, micro::of(1), everybody);
  for (int i = 0; i < 10; ++i)
    monitor.decided(a, micro::of(1), nobody);
  CHECK(monitor.worst().ratio < 1.0);
}

TEST_CASE("A corrected cost ends the run of its tenant until it is served", "[fairness_monitor]") {
  fairness_monitor monitor;
  share_member a;
  share_member b;
  monitor.decided(b, micro::of(1), everybody);
  monitor.interrupt(b, micro::of(30));
  for (int i = 0; i < 30; ++i)
    monitor.decided(a, micro::of(1), everybody);
  CHECK(monitor.worst().ratio < 1.0);
}

TEST_CASE("Who is gone is not looked at any more", "[fairness_monitor]") {
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
