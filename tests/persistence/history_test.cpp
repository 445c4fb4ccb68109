#include "persistence/history/history.hpp"
#include "persistence/history/history_reader.hpp"
#include "persistence/journal/journal.hpp"
#include "tests/persistence/store_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace rota::persistence;
using namespace rota::persistence::testing;

namespace {

// A block whose bytes are "tag: serial serial ...".
history_block block_of(std::uint32_t queue, const std::set<std::uint64_t>& serials,
                       std::string tag = "", std::int64_t newest_end_us = 0) {
  history_block block;
  block.queue = queue;
  block.first_serial = *serials.begin();
  block.last_serial = *serials.rbegin();
  block.jobs = static_cast<std::uint32_t>(serials.size());
  block.newest_end_us = newest_end_us;
  block.bytes = std::move(tag) + ":";
  for (const auto serial : serials)
    block.bytes += " " + std::to_string(serial);
  return block;
}

bool holds(std::string_view bytes, std::uint64_t serial) {
  std::istringstream words{std::string(bytes)};
  const auto wanted = std::to_string(serial);
  for (std::string word; words >> word;) {
    if (word == wanted)
      return true;
  }
  return false;
}

struct history_fixture {
  test_folder folder;
  std::unique_ptr<store> kept = open_store(folder.path());

  history_writer writer(history_retention retention = {}) {
    auto opened = history_writer::open(*kept, retention);
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }

  void write(history_writer& writer, const history_block& block) {
    std::vector<row_change> changes;
    writer.add(block, changes);
    REQUIRE(kept->write_rows(changes));
  }

  std::string find(std::uint32_t queue, std::uint64_t serial) {
    auto found = find_in_history(*kept, queue, serial,
                                 [&](std::string_view bytes) { return holds(bytes, serial); });
    REQUIRE(found.has_value());
    return *found ? (*found)->bytes.substr(0, (*found)->bytes.find(':')) : "none";
  }

  // Returns the serials of a queue in list order, each with the tag of its valid block.
  std::vector<std::pair<std::uint64_t, std::string>> list(std::uint32_t queue, serial_order order) {
    std::vector<std::pair<std::uint64_t, std::string>> all;
    std::uint64_t from = order == serial_order::oldest_first ? 0 : UINT64_MAX;
    while (true) {
      auto page = page_of_history(*kept, queue, from, order);
      REQUIRE(page.has_value());
      if (!*page)
        return all;
      REQUIRE_FALSE((*page)->blocks.empty());
      append_page(**page, order, all);
      const bool forward = order == serial_order::oldest_first;
      const std::uint64_t end = forward ? (*page)->last_serial : (*page)->first_serial;
      if (end == (forward ? UINT64_MAX : 0))
        return all;
      from = forward ? end + 1 : end - 1;
    }
  }

  static void append_page(const history_page& page, serial_order order,
                          std::vector<std::pair<std::uint64_t, std::string>>& all) {
    std::map<std::uint64_t, std::string> jobs;
    for (const auto& block : page.blocks) {
      std::istringstream words{block.bytes};
      std::string tag;
      words >> tag;
      for (std::uint64_t serial = 0; words >> serial;) {
        if (serial >= page.first_serial && serial <= page.last_serial)
          jobs.try_emplace(serial, tag.substr(0, tag.size() - 1));
      }
    }
    const auto at = all.size();
    all.insert(all.end(), jobs.begin(), jobs.end());
    if (order == serial_order::newest_first)
      std::reverse(all.begin() + static_cast<std::ptrdiff_t>(at), all.end());
  }
};

} // namespace

TEST_CASE_METHOD(history_fixture, "an ended job is found in the block that has it", "[history]") {
  auto writing = writer();
  write(writing, block_of(1, {10, 20, 30}, "a"));
  write(writing, block_of(1, {31, 32}, "b"));
  write(writing, block_of(2, {10, 20}, "other"));
  CHECK(find(1, 20) == "a");
  CHECK(find(1, 32) == "b");
  CHECK(find(2, 20) == "other");
  CHECK(find(1, 15) == "none");
  CHECK(find(1, 33) == "none");
  CHECK(find(3, 10) == "none");
}

TEST_CASE_METHOD(history_fixture, "of overlapping blocks the one that has the job is found",
                 "[history]") {
  auto writing = writer();
  write(writing, block_of(1, {1, 5, 9}, "a"));
  write(writing, block_of(1, {2, 6}, "b"));
  // A long-running job ended beside a recent one.
  write(writing, block_of(1, {3, 1'000'000'000'000}, "c"));
  CHECK(find(1, 5) == "a");
  CHECK(find(1, 6) == "b");
  CHECK(find(1, 3) == "c");
  CHECK(find(1, 1'000'000'000'000) == "c");
  CHECK(find(1, 4) == "none");
}

TEST_CASE_METHOD(history_fixture, "a job that ended twice is found as it ended last", "[history]") {
  auto writing = writer();
  write(writing, block_of(1, {4, 5}, "failed"));
  write(writing, block_of(1, {5}, "succeeded"));
  CHECK(find(1, 5) == "succeeded");
  CHECK(find(1, 4) == "failed");
  write(writing, block_of(1, {1, 5, 9}, "again"));
  CHECK(find(1, 5) == "again");
}

TEST_CASE_METHOD(history_fixture, "the least and the greatest serials are found", "[history]") {
  auto writing = writer();
  write(writing, block_of(1, {0, UINT64_MAX}, "all"));
  CHECK(find(1, 0) == "all");
  CHECK(find(1, UINT64_MAX) == "all");
  CHECK(list(1, serial_order::oldest_first).size() == 2);
  CHECK(list(1, serial_order::newest_first).size() == 2);
}

TEST_CASE_METHOD(history_fixture, "lists and lookups agree with a simple map, in both orders",
                 "[history][property]") {
  const auto seed = GENERATE(range(1U, 16U));
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  auto writing = writer();
  std::map<std::uint64_t, std::string> model;
  for (int number = 0; number < 60; ++number) {
    std::set<std::uint64_t> serials;
    const std::uint64_t around = random() % 3000;
    const std::uint64_t width = 1 + random() % (random() % 4 == 0 ? 3000 : 60);
    for (std::uint64_t count = 1 + random() % 12; count > 0; --count)
      serials.insert(around + random() % width);
    const auto tag = "t" + std::to_string(number);
    write(writing, block_of(7, serials, tag));
    for (const auto serial : serials)
      model[serial] = tag;
  }
  for (std::uint64_t serial = 0; serial < 6200; serial += 1 + random() % 9) {
    const auto known = model.find(serial);
    REQUIRE(find(7, serial) == (known == model.end() ? "none" : known->second));
  }
  std::vector<std::pair<std::uint64_t, std::string>> expected(model.begin(), model.end());
  CHECK(list(7, serial_order::oldest_first) == expected);
  std::reverse(expected.begin(), expected.end());
  CHECK(list(7, serial_order::newest_first) == expected);
}

TEST_CASE_METHOD(history_fixture, "too many jobs: the blocks written first go first",
                 "[history][retention]") {
  auto writing = writer({.jobs_max = 5});
  write(writing, block_of(1, {1, 2, 3}, "a"));
  write(writing, block_of(2, {1, 2}, "b"));
  CHECK_FALSE(writing.has_expired(0));
  write(writing, block_of(1, {4}, "c"));
  CHECK_FALSE(writing.has_expired(0)); // otherwise too few jobs would be left
  write(writing, block_of(3, {1, 2}, "d"));
  CHECK(writing.has_expired(0));
  REQUIRE(writing.drop_expired(*kept, 0, 100));
  CHECK(writing.jobs() == 5);
  CHECK(writing.blocks() == 3);
  CHECK(find(1, 2) == "none");
  CHECK(find(2, 2) == "b");
  CHECK(find(1, 4) == "c");
  CHECK_FALSE(writing.has_expired(0));
}

TEST_CASE_METHOD(history_fixture, "too old: a block goes when its newest job is too old",
                 "[history][retention]") {
  auto writing = writer({.age_us = 100});
  write(writing, block_of(1, {1}, "a", 1000));
  write(writing, block_of(1, {2}, "b", 1050));
  CHECK(writing.next_expiry_us() == 1100);
  CHECK_FALSE(writing.has_expired(1099));
  CHECK(writing.has_expired(1100));
  REQUIRE(writing.drop_expired(*kept, 1100, 100));
  CHECK(find(1, 1) == "none");
  CHECK(find(1, 2) == "b");
  CHECK(writing.next_expiry_us() == 1150);
  REQUIRE(writing.drop_expired(*kept, 1150, 100));
  CHECK(writing.blocks() == 0);
  CHECK_FALSE(writing.next_expiry_us());
  CHECK(rows_of(*kept, {table::history}).empty());
  CHECK(rows_of(*kept, {table::history_order}).empty());
}

TEST_CASE_METHOD(history_fixture, "dropping stops after so many blocks and goes on next time",
                 "[history][retention]") {
  auto writing = writer({.jobs_max = 1});
  for (std::uint64_t serial = 1; serial <= 10; ++serial)
    write(writing, block_of(1, {serial}, "t"));
  REQUIRE(writing.drop_expired(*kept, 0, 4));
  CHECK(writing.blocks() == 6);
  CHECK(writing.has_expired(0));
  REQUIRE(writing.drop_expired(*kept, 0, 400));
  CHECK(writing.blocks() == 1);
  CHECK(find(1, 10) == "t");
}

TEST_CASE_METHOD(history_fixture, "a restart restores how much history there is",
                 "[history][retention]") {
  {
    auto writing = writer({.jobs_max = 2});
    write(writing, block_of(1, {1, 2}, "a", 50));
    write(writing, block_of(1, {3, 4}, "b", 60));
    REQUIRE(writing.drop_expired(*kept, 0, 100));
    REQUIRE(kept->flush_rows());
  }
  kept.reset();
  kept = open_store(folder.path());
  auto writing = writer({.age_us = 10, .jobs_max = 2});
  CHECK(writing.jobs() == 2);
  CHECK(writing.blocks() == 1);
  CHECK(writing.next_expiry_us() == 70);
  write(writing, block_of(1, {3}, "c"));
  CHECK(find(1, 3) == "c");
}

TEST_CASE_METHOD(history_fixture, "the journal writes ended jobs first and drops what is too much",
                 "[history][journal]") {
  journal_options options;
  options.inline_mode = true;
  options.retention.jobs_max = 2;
  auto opened = journal::open(*kept, options, {});
  REQUIRE(opened.has_value());
  auto& journal = **opened;
  journal.start();
  row_batch batch;
  batch.queue = 1;
  batch.reflects = journal.append(1, "events", 3);
  batch.ended = {block_of(1, {1, 2, 3}, "a"), block_of(1, {4, 5}, "b")};
  batch.changes = {{table::jobs, "1", std::nullopt}};
  batch.last_piece = true;
  journal.offer_rows(std::move(batch));
  journal.pump();
  CHECK(find(1, 1) == "none");
  CHECK(find(1, 5) == "b");
  CHECK(journal.stats().history_jobs == 2);
  CHECK(journal.stats().history_blocks == 1);
}

TEST_CASE_METHOD(history_fixture, "the reader answers on a thread of its own, in order",
                 "[history][reader]") {
  auto writing = writer();
  write(writing, block_of(1, {1, 2}, "a"));
  REQUIRE(kept->write_rows(std::array{row_change{table::dedup, "key", "job"}}));
  history_reader reader(*kept);
  std::promise<std::thread::id> found_on;
  std::promise<std::size_t> blocks;
  std::promise<std::optional<std::string>> row;
  REQUIRE(reader.find(
      1, 2, [](std::string_view bytes) { return holds(bytes, 2); },
      [&](auto found) {
        CHECK(found.value().has_value());
        found_on.set_value(std::this_thread::get_id());
      }));
  REQUIRE(reader.page(1, 0, serial_order::oldest_first,
                      [&](auto page) { blocks.set_value(page.value()->blocks.size()); }));
  REQUIRE(reader.row(table::dedup, "key", [&](auto found) { row.set_value(found.value()); }));
  CHECK(found_on.get_future().get() != std::this_thread::get_id());
  CHECK(blocks.get_future().get() == 1);
  CHECK(row.get_future().get() == "job");
  reader.stop();
  CHECK_FALSE(reader.row(table::dedup, "key", [](auto) { FAIL("stopped"); }));
}

TEST_CASE_METHOD(history_fixture, "a reader refuses more requests than may wait",
                 "[history][reader]") {
  history_reader reader(*kept, {.requests_max = 2, .inline_mode = true});
  int answers = 0;
  const auto ask = [&] { return reader.row(table::dedup, "x", [&](auto) { ++answers; }); };
  CHECK(ask());
  CHECK(ask());
  CHECK_FALSE(ask());
  CHECK(reader.pump());
  CHECK(answers == 2);
  CHECK(ask());
}
