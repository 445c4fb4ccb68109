#include "persistence/journal/dirty_queues.hpp"
#include "persistence/journal/journal_extent.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

using namespace rota::persistence;
using namespace std::chrono_literals;

namespace {

using time_point = dirty_queues::time_point;

constexpr time_point begin{};
constexpr auto age_max = 10'000ms;

} // namespace

TEST_CASE("a queue is dirty from its first uncovered event until a snapshot covers its last",
          "[dirty_queues]") {
  dirty_queues dirty(age_max);
  CHECK_FALSE(dirty.oldest());
  dirty.appended(7, {1}, {2}, begin);
  dirty.appended(8, {3}, {3}, begin);
  dirty.appended(7, {4}, {4}, begin);
  CHECK(dirty.oldest() == position{1});
  dirty.covered(7, {2}, begin);
  CHECK(dirty.oldest() == position{3});
  dirty.covered(8, {3}, begin);
  CHECK(dirty.size() == 1);
  dirty.covered(7, {4}, begin);
  CHECK(dirty.size() == 0);
}

TEST_CASE("a snapshot from before the first uncovered event changes nothing", "[dirty_queues]") {
  dirty_queues dirty(age_max);
  dirty.appended(7, {10}, {12}, begin);
  dirty.covered(7, {9}, begin);
  CHECK(dirty.oldest() == position{10});
}

TEST_CASE("queues are asked when they are due, a bounded number at a time", "[dirty_queues]") {
  dirty_queues dirty(age_max);
  for (std::uint32_t queue = 0; queue < 10; ++queue)
    dirty.appended(queue, {queue + 1}, {queue + 1}, begin + queue * 20s);
  CHECK(dirty.ask_due(begin + 4s, 3).empty());
  const auto now = begin + 90s;
  CHECK(dirty.ask_due(now, 3) == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(dirty.ask_due(now, 3).empty());
  dirty.covered(1, {2}, now);
  CHECK(dirty.ask_due(now, 3) == std::vector<std::uint32_t>{3});
  CHECK(dirty.unasked() == 6);
}

TEST_CASE("whether they are due or not, those with the oldest events are asked", "[dirty_queues]") {
  dirty_queues dirty(age_max);
  for (const std::uint32_t queue : {7U, 3U, 5U, 1U})
    dirty.appended(queue, {10 - queue}, {10 - queue}, begin);
  CHECK(dirty.ask_oldest(begin, 3) == std::vector<std::uint32_t>{7, 5, 3});
  CHECK(dirty.ask_oldest(begin, 3).empty());
}

TEST_CASE("a queue that doesn't answer is asked again", "[dirty_queues]") {
  dirty_queues dirty(age_max);
  dirty.appended(7, {1}, {1}, begin);
  CHECK(dirty.ask_due(begin + 10s, 1).size() == 1);
  CHECK(dirty.next_due(1) == begin + 20s);
  CHECK(dirty.ask_due(begin + 20s, 1) == std::vector<std::uint32_t>{7});
  CHECK(dirty.next_due(1) == begin + 30s);
}

TEST_CASE("queues that became dirty together are due one after the other, between half of the age "
          "and the age",
          "[dirty_queues]") {
  constexpr std::uint32_t queues = 1000;
  constexpr int parts = 10;
  const auto first = GENERATE(0U, 17U, 4'000'000'000U);
  dirty_queues dirty(age_max);
  for (auto queue = first; queue < first + queues; ++queue)
    dirty.appended(queue, {1}, {1}, begin);
  CHECK(dirty.ask_due(begin + age_max / 2 - 1ms, queues).empty());
  for (int part = 1; part <= parts; ++part) {
    const auto now = begin + age_max / 2 + part * age_max / 2 / parts;
    const auto asked = dirty.ask_due(now, queues).size();
    CHECK(asked > queues / parts * 8 / 10);
    CHECK(asked < queues / parts * 12 / 10);
  }
  CHECK(dirty.unasked() == 0);
}

TEST_CASE("events that recovery found make queues dirty in any order", "[dirty_queues]") {
  dirty_queues dirty(age_max);
  dirty.restored(1, {50}, {90}, begin);
  dirty.restored(2, {10}, {20}, begin);
  dirty.restored(1, {5}, {6}, begin);
  CHECK(dirty.oldest() == position{5});
  dirty.covered(1, {90}, begin);
  CHECK(dirty.oldest() == position{10});
}

TEST_CASE("the oldest uncovered event is never later than by a naive count",
          "[dirty_queues][property]") {
  const auto seed = GENERATE(range(1U, 21U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  dirty_queues dirty(age_max);
  std::map<std::uint32_t, std::vector<std::uint64_t>> uncovered;
  std::uint64_t last = 0;
  for (int at = 0; at < 2000; ++at) {
    const auto queue = static_cast<std::uint32_t>(random() % 20);
    if (random() % 3 != 0) {
      const std::uint64_t first = last + 1;
      last += 1 + random() % 3;
      dirty.appended(queue, {first}, {last}, begin);
      for (auto each = first; each <= last; ++each)
        uncovered[queue].push_back(each);
    } else {
      const std::uint64_t upto = last - std::min<std::uint64_t>(last, random() % 30);
      dirty.covered(queue, {upto}, begin);
      std::erase_if(uncovered[queue], [upto](std::uint64_t each) { return each <= upto; });
    }
    std::size_t expected_dirty = 0;
    std::uint64_t expected_oldest = UINT64_MAX;
    for (const auto& [number, events] : uncovered) {
      expected_dirty += events.empty() ? 0 : 1;
      expected_oldest = events.empty() ? expected_oldest : std::min(expected_oldest, events[0]);
    }
    REQUIRE(dirty.size() == expected_dirty);
    if (expected_dirty > 0)
      REQUIRE(dirty.oldest()->value <= expected_oldest);
  }
}

TEST_CASE("the journal's extent is what can be cut below a position, without the growing segment",
          "[journal_extent]") {
  journal_extent extent(100);
  extent.add({10}, 60);
  extent.add({20}, 60);
  extent.add({30}, 100);
  extent.add({40}, 10);
  CHECK(extent.bytes() == 230);
  CHECK(extent.cuttable({19}).bytes == 0);
  CHECK(extent.cuttable({20}).bytes == 120);
  CHECK(extent.cuttable({20}).upto == position{20});
  CHECK(extent.cuttable({40}).bytes == 220);
  CHECK(extent.cuttable({40}).upto == position{30});
  extent.cut({20});
  CHECK(extent.bytes() == 110);
  CHECK(extent.cuttable({30}).bytes == 100);
  CHECK(extent.cuttable({20}).bytes == 0);
}
