#include "persistence/store/format.hpp"
#include "persistence/store/store.hpp"
#include "tests/persistence/fault_env.hpp"
#include "tests/persistence/store_fixture.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <vector>

using namespace rota::persistence;
using namespace rota::persistence::testing;

namespace {

row_change put(table where, std::string key, std::string value) {
  return {where, std::move(key), std::move(value)};
}

void commit_many(store& store, std::uint64_t count, std::size_t bytes) {
  for (std::uint64_t at = 0; at < count; ++at) {
    const auto next = store.last_position().value + 1;
    REQUIRE(store.commit({next}, {next}, std::string(bytes, static_cast<char>('a' + at % 26))));
  }
}

} // namespace

TEST_CASE("a new store is empty and its events begin after position 0", "[store]") {
  const test_folder folder;
  const auto store = open_store(folder / "new");
  CHECK(store->last_position() == position{0});
  CHECK(groups_of(*store).empty());
  CHECK(rows_of(*store, {table::jobs}).empty());
}

TEST_CASE("groups come back as they were committed, in order", "[store]") {
  const auto level = GENERATE(durability::fsync, durability::os);
  const test_folder folder;
  const std::string binary("\0\xff\n\0", 4);
  {
    auto store = open_store(folder.path(), {.level = level});
    REQUIRE(store->commit({1}, {3}, "one to three"));
    REQUIRE(store->commit({4}, {4}, binary));
    REQUIRE(store->commit({5}, {300}, std::string(200'000, 'x')));
    CHECK(store->last_position() == position{300});
  }
  const auto store = open_store(folder.path(), {.level = level});
  CHECK(store->last_position() == position{300});
  CHECK(store->recovered_bytes() == 12 + 4 + 200'000);
  const auto groups = groups_of(*store);
  REQUIRE(groups.size() == 3);
  CHECK(groups[0] == kept_group{1, 3, "one to three"});
  CHECK(groups[1] == kept_group{4, 4, binary});
  CHECK(groups[2].bytes.size() == 200'000);
  CHECK(groups_of(*store, 3).front().first == 4);
  CHECK(groups_of(*store, 200).front().last == 300);
  CHECK(groups_of(*store, 300).empty());
}

TEST_CASE("rows are read by key, by prefix, forward and backward", "[store]") {
  const test_folder folder;
  auto store = open_store(folder.path());
  const std::vector<row_change> rows{put(table::jobs, "a1", "1"), put(table::jobs, "a2", "2"),
                                     put(table::jobs, "b1", "3"), put(table::jobs, "\xff\xff", "4"),
                                     put(table::dedup, "a1", "5")};
  REQUIRE(store->write_rows(rows));
  CHECK(store->get_row(table::jobs, "a2").value() == "2");
  CHECK(store->get_row(table::jobs, "a3").value() == std::nullopt);
  CHECK(rows_of(*store, {table::jobs}).size() == 4);
  CHECK(rows_of(*store, {table::jobs, "a"}) == kept_rows{{"a1", "1"}, {"a2", "2"}});
  CHECK(rows_of(*store, {table::jobs, "\xff"}) == kept_rows{{"\xff\xff", "4"}});
  CHECK(rows_of(*store, {table::jobs, "", "a2"}).size() == 3);
  CHECK(rows_of(*store, {table::jobs, "a", "", true}) == kept_rows{{"a2", "2"}, {"a1", "1"}});
  CHECK(rows_of(*store, {table::jobs, "", "a5", true}) == kept_rows{{"a2", "2"}, {"a1", "1"}});
  CHECK(rows_of(*store, {table::dedup}) == kept_rows{{"a1", "5"}});
}

TEST_CASE("a deleted row is gone", "[store]") {
  const test_folder folder;
  auto store = open_store(folder.path());
  REQUIRE(store->write_rows(std::array{put(table::queues, "q", "here")}));
  REQUIRE(store->write_rows(std::array{row_change{table::queues, "q", std::nullopt}}));
  CHECK(store->get_row(table::queues, "q").value() == std::nullopt);
}

TEST_CASE("flushed rows survive, whatever the store's level", "[store]") {
  const auto level = GENERATE(durability::fsync, durability::os);
  const test_folder folder;
  {
    auto store = open_store(folder.path(), {.level = level});
    REQUIRE(store->write_rows(std::array{put(table::jobs, "flushed", "yes")}));
    REQUIRE(store->flush_rows());
    REQUIRE(store->write_rows(std::array{put(table::jobs, "later", "no")}));
  }
  const auto store = open_store(folder.path(), {.level = level});
  CHECK(rows_of(*store, {table::jobs}) == kept_rows{{"flushed", "yes"}});
}

TEST_CASE("a cut drops the groups at or below its position and keeps the rest", "[store]") {
  const test_folder folder;
  {
    auto store = open_store(folder.path());
    REQUIRE(store->commit({1}, {5}, "first"));
    REQUIRE(store->commit({6}, {10}, "second"));
    REQUIRE(store->commit({11}, {15}, "third"));
    REQUIRE(store->cut_journal({7}));
    CHECK(groups_of(*store).front() == kept_group{6, 10, "second"});
    REQUIRE(store->commit({16}, {16}, "fourth"));
  }
  const auto store = open_store(folder.path());
  CHECK(groups_of(*store).size() == 3);
  CHECK(store->last_position() == position{16});
}

TEST_CASE("positions go on after everything was cut", "[store]") {
  const test_folder folder;
  {
    auto store = open_store(folder.path());
    REQUIRE(store->commit({1}, {5}, "first"));
    REQUIRE(store->commit({6}, {10}, "second"));
    REQUIRE(store->cut_journal({10}));
  }
  auto store = open_store(folder.path());
  CHECK(store->last_position() == position{10});
  CHECK(groups_of(*store, 10).empty());
  REQUIRE(store->commit({11}, {11}, "next"));
}

TEST_CASE("a cut gives the space back", "[store]") {
  const test_folder folder;
  const store_options small{.journal_bytes_max = 1 << 20};
  constexpr std::size_t group_bytes = 10'000;
  // Twice as much as stays in memory: part of it has already been written to table files.
  constexpr std::uint64_t groups = 300;
  {
    auto store = open_store(folder.path(), small);
    commit_many(*store, groups, group_bytes);
    CHECK(folder_bytes(folder.path()) > groups * group_bytes);
    REQUIRE(store->cut_journal({groups - 1}));
  }
  const auto store = open_store(folder.path(), small);
  CHECK(groups_of(*store).size() == 1);
  CHECK(folder_bytes(folder.path()) < groups * group_bytes / 10);
}

TEST_CASE("a folder has one store at a time", "[store]") {
  const test_folder folder;
  auto first = open_store(folder.path());
  const auto error = open_error(folder.path());
  CHECK(error.code == store_errc::locked);
  CHECK(error.message.find(folder.path().string()) != std::string::npos);
  first.reset();
  open_store(folder.path());
}

TEST_CASE("a store of another version is refused and left alone", "[store]") {
  const test_folder folder;
  open_store(folder.path());
  write_all(folder / "FORMAT", format_text(format_version + 1));
  const auto error = open_error(folder.path());
  CHECK(error.code == store_errc::unknown_version);
  CHECK(error.message.find("format " + std::to_string(format_version + 1)) != std::string::npos);
  CHECK(read_whole(folder / "FORMAT") == format_text(format_version + 1));
}

TEST_CASE("a making that was interrupted is made again", "[store]") {
  const test_folder folder;
  open_store(folder.path());
  std::filesystem::remove(folder / "FORMAT");
  CHECK(open_store(folder.path())->last_position() == position{0});
}

TEST_CASE("a path that can't be a folder is an error of the file system", "[store]") {
  const test_folder folder;
  write_all(folder / "file", "text");
  CHECK(open_error(folder / "file").code == store_errc::io);
}

TEST_CASE("a sync that fails is an error, and the group is there or not, never in part",
          "[store][faults]") {
  const test_folder folder;
  fault_env env;
  {
    auto store = open_store(folder.path(), {.env = &env});
    REQUIRE(store->commit({1}, {1}, "acknowledged"));
    env.fail_from(fault_env::call::sync, ".log", 1, rocksdb::Status::IOError("sync", "EIO"));
    const auto failed = store->commit({2}, {2}, "unknown");
    REQUIRE(failed.has_error());
    CHECK(failed.error().code == store_errc::io);
    CHECK(store->last_position() == position{1});
    // After a failure the store refuses all writes, even if the disk works again.
    env.heal();
    CHECK(store->commit({2}, {2}, "after").has_error());
  }
  const auto groups = groups_of(*open_store(folder.path()));
  REQUIRE_FALSE(groups.empty());
  CHECK(groups[0] == kept_group{1, 1, "acknowledged"});
  CHECK(groups.size() <= 2);
  if (groups.size() == 2)
    CHECK(groups[1] == kept_group{2, 2, "unknown"});
}

TEST_CASE("a full disk is an error of its own, and nothing acknowledged is lost",
          "[store][faults]") {
  const auto call = GENERATE(fault_env::call::append, fault_env::call::torn_append);
  const std::size_t bytes = GENERATE(9U, 5'000U, 100'000U);
  const bool healed = GENERATE(true, false);
  const test_folder folder;
  fault_env env;
  {
    auto store = open_store(folder.path(), {.env = &env});
    REQUIRE(store->commit({1}, {1}, "acknowledged"));
    env.fail_from(call, ".log", 1, rocksdb::Status::NoSpace("append", "full"));
    const auto failed = store->commit({2}, {2}, std::string(bytes, 'x'));
    REQUIRE(failed.has_error());
    CHECK(failed.error().code == store_errc::no_space);
    // The disk may have space again when the store is closed; nothing may be written after the gap.
    if (healed)
      env.heal();
  }
  CHECK(groups_of(*open_store(folder.path())) == std::vector{kept_group{1, 1, "acknowledged"}});
}

TEST_CASE("rows that can't be flushed are an error, and the journal still has it all",
          "[store][faults]") {
  const auto call = GENERATE(fault_env::call::append, fault_env::call::sync);
  const test_folder folder;
  fault_env env;
  {
    auto store = open_store(folder.path(), {.env = &env});
    REQUIRE(store->commit({1}, {1}, "first"));
    REQUIRE(store->commit({2}, {2}, "second"));
    REQUIRE(store->write_rows(std::array{put(table::jobs, "a", "1")}));
    env.fail_from(call, "/rows/", 1, rocksdb::Status::NoSpace("rows", "full"));
    const auto failed = store->cut_journal({1});
    REQUIRE(failed.has_error());
    CHECK(failed.error().code == store_errc::no_space);
  }
  CHECK(groups_of(*open_store(folder.path())).size() == 2);
}

TEST_CASE("a failure at any write while opening is an error, and the next open finds all",
          "[store][faults]") {
  const auto call = GENERATE(fault_env::call::append, fault_env::call::sync);
  const test_folder folder;
  {
    auto store = open_store(folder.path());
    REQUIRE(store->write_rows(std::array{put(table::jobs, "a", "1")}));
    REQUIRE(store->flush_rows());
    commit_many(*store, 5, 100);
  }
  fault_env env;
  bool opened = false;
  for (int nth = 1; !opened; ++nth) {
    REQUIRE(nth < 100);
    env.fail_from(call, folder.path().string(), nth, rocksdb::Status::IOError("disk", "EIO"));
    auto tried = store::open(folder.path(), {.env = &env});
    opened = tried.has_value();
    if (!opened)
      CHECK(tried.error().code == store_errc::io);
    env.heal();
  }
  const auto store = open_store(folder.path());
  CHECK(groups_of(*store).size() == 5);
  CHECK(rows_of(*store, {table::jobs}) == kept_rows{{"a", "1"}});
}

TEST_CASE("in memory nothing touches the disk, rows and positions work, the end is the end",
          "[store]") {
  const test_folder folder;
  const store_options memory{.level = durability::memory};
  {
    auto store = open_store(folder / "never", memory);
    REQUIRE(store->commit({1}, {7}, "skipped"));
    CHECK(store->last_position() == position{7});
    CHECK(groups_of(*store).empty());
    REQUIRE(store->write_rows(std::array{put(table::history, "a", "1")}));
    REQUIRE(store->flush_rows());
    REQUIRE(store->cut_journal({7}));
    CHECK(rows_of(*store, {table::history}) == kept_rows{{"a", "1"}});
  }
  CHECK_FALSE(std::filesystem::exists(folder / "never"));
  CHECK(open_store(folder / "never", memory)->last_position() == position{0});
}
