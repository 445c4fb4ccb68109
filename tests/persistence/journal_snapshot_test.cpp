#include "persistence/journal/journal.hpp"
#include "tests/persistence/journal_fixture.hpp"
#include "tests/persistence/store_fixture.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

using namespace rota::persistence;
using namespace rota::persistence::testing;
using namespace std::chrono_literals;

TEST_CASE("rows wait until the events that they reflect are durable", "[journal][snapshot]") {
  const test_folder folder;
  auto store = open_store(folder.path());
  observer seen;
  auto callbacks = seen.callbacks();
  std::vector<std::string> order;
  callbacks.on_durable = [&](position) { order.emplace_back("durable"); };
  callbacks.on_rows_written = [&](std::uint32_t, std::uint64_t) { order.emplace_back("rows"); };
  auto journal = open_journal(*store, seen.inline_options(), callbacks);
  journal->offer_rows(whole_snapshot(7, {1}));
  journal->start();
  journal->pump();
  CHECK(order.empty());
  CHECK(rows_of(*store, {table::queues}).empty());
  journal->append(7, "a", 1);
  journal->pump();
  CHECK(order == std::vector<std::string>{"durable", "rows"});
  CHECK(rows_of(*store, {table::queues}) == kept_rows{{"7", "1"}});
}

TEST_CASE("a queue is clean only with its last piece", "[journal][snapshot]") {
  inline_journal test;
  const auto last = test.commit(7, "a");
  auto piece = whole_snapshot(7, last);
  piece.last_piece = false;
  piece.piece = 41;
  test.offer(piece);
  CHECK(test.journal->stats().dirty_queues == 1);
  piece.last_piece = true;
  piece.piece = 42;
  test.offer(piece);
  CHECK(test.journal->stats().dirty_queues == 0);
  CHECK(test.written == std::vector<std::uint64_t>{41, 42});
}

TEST_CASE("a large offer is written in small slices, in its order", "[journal][snapshot]") {
  inline_journal test;
  row_batch batch;
  batch.queue = 1;
  batch.reflects = test.journal->append(1, "a", 1);
  batch.last_piece = true;
  for (int row = 0; row < 100; ++row)
    batch.changes.push_back({table::jobs, std::to_string(row), std::string(10'000, 'x')});
  // A repeated key: the later change applies.
  batch.changes.push_back({table::jobs, "0", "last"});
  test.offer(std::move(batch));
  CHECK(rows_of(*test.kept, {table::jobs}).size() == 100);
  CHECK(test.kept->get_row(table::jobs, "0").value() == "last");
  CHECK(test.journal->stats().row_slices >= 15);
  CHECK(test.written.size() == 1);
}

TEST_CASE("queues are asked for snapshots when their oldest event comes of age",
          "[journal][snapshot]") {
  inline_journal test;
  test.commit(1, "a");
  test.now += 5s;
  test.commit(2, "b");
  CHECK(test.wanted.empty());
  test.pass(5s);
  CHECK(test.wanted == std::vector<std::uint32_t>{1});
  test.offer(whole_snapshot(1, {1}));
  test.pass(5s);
  CHECK(test.wanted == std::vector<std::uint32_t>{1, 2});
  test.offer(whole_snapshot(2, {2}));
  test.now += 60s;
  CHECK_FALSE(test.journal->pump());
}

TEST_CASE("a queue that doesn't answer is asked again in time", "[journal][snapshot]") {
  inline_journal test;
  test.commit(1, "a");
  for (int asked = 1; asked <= 3; ++asked) {
    test.pass(10s);
    CHECK(test.wanted.size() == static_cast<std::size_t>(asked));
  }
}

TEST_CASE("a journal that is too long asks its oldest queues whatever their age, and is cut",
          "[journal][snapshot]") {
  inline_journal test([](auto& options) {
    options.bytes_max = 100'000;
    options.snapshots_outstanding_max = 2;
  });
  for (std::uint32_t queue = 1; queue <= 12; ++queue)
    test.commit(queue, std::string(10'000, 'x'));
  CHECK(test.wanted == std::vector<std::uint32_t>{1, 2});
  const auto before = test.journal->stats();
  CHECK(before.uncut_bytes == 120'000);
  CHECK(before.dirty_queues == 12);
  for (std::uint32_t queue = 1; queue <= 12; ++queue)
    test.offer(whole_snapshot(queue, {queue}));
  const auto after = test.journal->stats();
  CHECK(after.dirty_queues == 0);
  CHECK(after.cuts >= 2);
  CHECK(after.uncut_bytes <= 10'000);
  CHECK(groups_of(*test.kept).size() == 1);
  // It asked only while the journal was too long.
  CHECK(test.wanted.size() < 6);
}

TEST_CASE("the journal isn't cut beyond the oldest dirty queue", "[journal][snapshot]") {
  inline_journal test([](auto& options) { options.bytes_max = 40'000; });
  for (std::uint32_t queue = 1; queue <= 10; ++queue)
    test.commit(queue, std::string(10'000, 'x'));
  for (const std::uint32_t queue : {1, 2, 3, 4, 6, 7, 8, 9, 10})
    test.offer(whole_snapshot(queue, {queue}));
  CHECK(groups_of(*test.kept).front().first == 5);
}

TEST_CASE("a restart restores which queues were dirty", "[journal][snapshot]") {
  const test_folder folder;
  observer seen;
  auto options = seen.inline_options();
  options.bytes_max = 10'000;
  const auto append_two = [&](journal& journal) {
    journal.append(1, std::string(5000, 'a'), 1);
    journal.pump();
    journal.append(2, std::string(5000, 'b'), 1);
    journal.pump();
  };
  {
    auto store = open_store(folder.path());
    auto journal = open_journal(*store, options, seen.callbacks());
    journal->start();
    append_two(*journal);
    append_two(*journal);
  }
  seen.wanted.clear();
  auto store = open_store(folder.path());
  CHECK(groups_of(*store).size() == 4);
  auto journal = open_journal(*store, options, seen.callbacks());
  journal->restore_dirty(1, {1}, {3});
  journal->restore_dirty(2, {2}, {4});
  CHECK(journal->stats().uncut_bytes == 20'000);
  journal->start();
  journal->pump();
  CHECK(seen.wanted == std::vector<std::uint32_t>{1, 2});
  journal->offer_rows(whole_snapshot(1, {4}));
  journal->offer_rows(whole_snapshot(2, {4}));
  journal->append(3, "next", 1);
  journal->pump();
  CHECK(groups_of(*store).size() <= 2);
  CHECK(groups_of(*store).back() == kept_group{5, 5, "next"});
}

TEST_CASE("all queues can be asked at once, and it is reported when all are clean",
          "[journal][snapshot]") {
  const test_folder folder;
  auto store = open_store(folder.path());
  observer seen;
  auto options = seen.inline_options();
  options.snapshots_outstanding_max = 2;
  auto callbacks = seen.callbacks();
  journal* offering = nullptr;
  callbacks.on_snapshot_wanted = [&](std::uint32_t queue) {
    seen.wanted.push_back(queue);
    offering->offer_rows(whole_snapshot(queue, offering->durable()));
  };
  auto journal = open_journal(*store, options, callbacks);
  offering = journal.get();
  journal->start();
  for (std::uint32_t queue = 1; queue <= 9; ++queue)
    journal->append(queue, "a", 1);
  journal->pump();
  bool clean = false;
  journal->snapshot_all([&] { clean = true; });
  CHECK_FALSE(clean);
  journal->pump();
  CHECK(clean);
  CHECK(seen.wanted.size() == 9);
  CHECK(rows_of(*store, {table::queues}).size() == 9);
}

TEST_CASE("on its threads the journal asks by age, takes the rows, and stops with all written",
          "[journal][threads]") {
  const test_folder folder;
  constexpr std::uint32_t queues = 50;
  std::mutex mutex;
  std::condition_variable changed;
  std::uint32_t answered = 0;
  {
    auto store = open_store(folder.path());
    journal_options options;
    options.snapshot_after = 1ms;
    journal_callbacks callbacks;
    journal* offering = nullptr;
    callbacks.on_snapshot_wanted = [&](std::uint32_t queue) {
      offering->offer_rows(whole_snapshot(queue, offering->appended()));
    };
    callbacks.on_rows_written = [&](std::uint32_t, std::uint64_t) {
      const std::lock_guard lock(mutex);
      ++answered;
      changed.notify_one();
    };
    auto journal = open_journal(*store, options, callbacks);
    offering = journal.get();
    journal->start();
    for (std::uint32_t queue = 1; queue <= queues; ++queue)
      journal->append(queue, "event", 1);
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return answered >= queues; });
    lock.unlock();
    CHECK(journal->stop());
  }
  const auto store = open_store(folder.path());
  CHECK(store->last_position() == position{queues});
  CHECK(rows_of(*store, {table::queues}).size() == queues);
}
