#include "tests/persistence/store_fixture.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace rota::persistence;
using namespace rota::persistence::testing;

namespace {

row_change row(std::string key, std::string value) {
  return {table::jobs, std::move(key), std::move(value)};
}

} // namespace

TEST_CASE("A backup has all groups and rows of its moment, and none of later ones") {
  const test_folder folder;
  const auto kept = open_store(folder / "data");
  REQUIRE(kept->commit({1}, {3}, "three"));
  const row_change first = row("a", "1");
  REQUIRE(kept->write_rows({&first, 1}));
  REQUIRE(kept->back_up(folder / "copy"));
  REQUIRE(kept->commit({4}, {4}, "later"));
  const row_change second = row("b", "2");
  REQUIRE(kept->write_rows({&second, 1}));
  const auto copy = open_store(folder / "copy");
  CHECK(copy->last_position() == position{3});
  CHECK(groups_of(*copy).back() == kept_group{1, 3, "three"});
  CHECK(rows_of(*copy, {.table = table::jobs}).size() == 1);
  CHECK(rows_of(*kept, {.table = table::jobs}).size() == 2);
}

TEST_CASE("A backup goes into a folder of its own") {
  const test_folder folder;
  const auto kept = open_store(folder / "data");
  REQUIRE(kept->back_up(folder / "copy"));
  const auto again = kept->back_up(folder / "copy");
  REQUIRE(again.has_error());
  CHECK(again.error().code == store_errc::io);
  CHECK(open_store(folder / "copy")->last_position() == position{0}); // it is still complete
  CHECK(kept->back_up(folder / "no" / "such" / "place").has_error());
}

TEST_CASE("A backup made while commits, rows and cuts go on opens whole") {
  const test_folder folder;
  const auto kept = open_store(folder / "data");
  std::atomic<bool> over = false;
  std::thread work([&] {
    for (std::uint64_t i = 1; !over; ++i) {
      REQUIRE(kept->commit({i}, {i}, std::string(200, 'e')));
      const row_change changed = row("last", std::to_string(i));
      REQUIRE(kept->write_rows({&changed, 1}));
      if (i % 16 == 0)
        REQUIRE(kept->cut_journal({i}));
    }
  });
  for (int i = 0; i < 5; ++i)
    CHECK(kept->back_up(folder / ("copy" + std::to_string(i))));
  over = true;
  work.join();
  for (int i = 0; i < 5; ++i) {
    const auto copy = open_store(folder / ("copy" + std::to_string(i)));
    const auto rows = rows_of(*copy, {.table = table::jobs});
    const auto reflected = rows.empty() ? 0 : std::stoull(rows.front().second);
    const auto last = copy->last_position().value;
    CHECK(last >= reflected);
    // All events that the rows do not reflect.
    CHECK(groups_of(*copy, reflected).size() == last - reflected);
  }
}
