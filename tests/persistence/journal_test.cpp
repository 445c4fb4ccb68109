#include "persistence/journal.hpp"
#include "tests/persistence/fault_env.hpp"
#include "tests/persistence/store_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace rota::persistence;
using namespace rota::persistence::testing;
using namespace std::chrono_literals;

namespace {

// What the journal told, and a clock that stands still until it is moved.
struct observer {
  std::chrono::steady_clock::time_point now{};
  std::vector<std::uint64_t> durable;
  std::vector<store_error> failures;
  std::vector<std::uint32_t> wanted;
  std::vector<std::uint64_t> written;

  journal_callbacks callbacks() {
    return {[this](position p) { durable.push_back(p.value); },
            [this](const store_error& error) { failures.push_back(error); },
            [this](std::uint32_t queue) { wanted.push_back(queue); },
            [this](std::uint32_t, std::uint64_t piece) { written.push_back(piece); }};
  }

  journal_options inline_options() {
    journal_options options;
    options.inline_mode = true;
    options.now = [this] { return now; };
    options.wall_now_us = [] { return 0; };
    return options;
  }
};

std::unique_ptr<journal> open_journal(store& store, journal_options options,
                                      journal_callbacks callbacks) {
  auto opened = journal::open(store, std::move(options), std::move(callbacks));
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

row_change queue_row(std::uint32_t queue, std::string value) {
  return {table::queues, std::to_string(queue), std::move(value)};
}

row_batch whole_snapshot(std::uint32_t queue, position reflects) {
  row_batch batch;
  batch.queue = queue;
  batch.changes = {queue_row(queue, std::to_string(reflects.value))};
  batch.reflects = reflects;
  batch.last_piece = true;
  return batch;
}

} // namespace

TEST_CASE("positions count events and go on where the store ended", "[journal]") {
  const test_folder folder;
  observer seen;
  {
    auto store = open_store(folder.path());
    auto journal = open_journal(*store, seen.inline_options(), seen.callbacks());
    journal->start();
    CHECK(journal->append(1, "ab", 2) == position{2});
    CHECK(journal->append(2, "c", 1) == position{3});
    CHECK(journal->durable() == position{0});
    CHECK(journal->pump());
    CHECK(journal->durable() == position{3});
    CHECK(seen.durable == std::vector<std::uint64_t>{3});
    CHECK(journal->stop());
  }
  auto store = open_store(folder.path());
  CHECK(groups_of(*store) == std::vector{kept_group{1, 3, "abc"}});
  auto journal = open_journal(*store, seen.inline_options(), seen.callbacks());
  CHECK(journal->durable() == position{3});
  CHECK(journal->append(1, "d", 1) == position{4});
}

TEST_CASE("what gathers while a commit runs becomes one group", "[journal]") {
  const test_folder folder;
  auto store = open_store(folder.path());
  observer seen;
  auto callbacks = seen.callbacks();
  journal* appending = nullptr;
  bool once = true;
  callbacks.on_durable = [&](position p) {
    seen.durable.push_back(p.value);
    if (std::exchange(once, false)) {
      appending->append(1, "b", 1);
      appending->append(2, "c", 1);
    }
  };
  auto journal = open_journal(*store, seen.inline_options(), callbacks);
  appending = journal.get();
  journal->start();
  journal->append(1, "a", 1);
  journal->pump();
  CHECK(seen.durable == std::vector<std::uint64_t>{1, 3});
  CHECK(groups_of(*store) == std::vector{kept_group{1, 1, "a"}, kept_group{2, 3, "bc"}});
  CHECK(journal->stats().commits == 2);
  CHECK(journal->stats().events == 3);
}

TEST_CASE("a group that is full leaves the next events to another, no append is split",
          "[journal]") {
  const test_folder folder;
  auto store = open_store(folder.path());
  observer seen;
  auto options = seen.inline_options();
  options.group_bytes_max = 10;
  auto journal = open_journal(*store, options, seen.callbacks());
  journal->start();
  journal->append(1, "1234567", 1);
  journal->append(1, "890123456789", 2);
  journal->append(1, "x", 1);
  journal->pump();
  CHECK(groups_of(*store) ==
        std::vector{kept_group{1, 3, "1234567890123456789"}, kept_group{4, 4, "x"}});
}

TEST_CASE("appends from many threads are ordered without a gap, and all become durable",
          "[journal][threads]") {
  const test_folder folder;
  constexpr std::uint32_t threads = 4;
  constexpr std::uint32_t appends = 500;
  {
    auto store = open_store(folder.path());
    std::mutex mutex;
    std::vector<std::uint64_t> durable;
    auto journal = open_journal(*store, {}, {[&](position p) {
      const std::lock_guard lock(mutex);
      durable.push_back(p.value);
    }});
    journal->start();
    std::vector<std::thread> writers;
    std::vector<std::vector<std::uint64_t>> positions(threads);
    for (std::uint32_t writer = 0; writer < threads; ++writer) {
      writers.emplace_back([&, writer] {
        for (std::uint32_t at = 0; at < appends; ++at) {
          const auto text = std::to_string(writer) + ":" + std::to_string(at) + "\n";
          positions[writer].push_back(journal->append(writer, text, 1).value);
        }
      });
    }
    for (auto& writer : writers) {
      writer.join();
    }
    CHECK(journal->stop());
    CHECK(journal->durable() == position{threads * appends});
    CHECK(std::is_sorted(durable.begin(), durable.end()));
    CHECK(durable.back() == threads * appends);
    std::vector<std::uint64_t> all;
    for (const auto& own : positions) {
      CHECK(std::is_sorted(own.begin(), own.end()));
      all.insert(all.end(), own.begin(), own.end());
    }
    std::sort(all.begin(), all.end());
    for (std::size_t at = 0; at < all.size(); ++at) {
      REQUIRE(all[at] == at + 1);
    }
  }
  // Each thread's events come back in its own order.
  std::istringstream lines;
  std::string text;
  for (const auto& group : groups_of(*open_store(folder.path()))) {
    text += group.bytes;
  }
  lines.str(text);
  std::map<std::uint32_t, std::uint32_t> next;
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    const auto writer = static_cast<std::uint32_t>(std::stoul(line.substr(0, colon)));
    REQUIRE(std::stoul(line.substr(colon + 1)) == next[writer]++);
  }
  for (std::uint32_t writer = 0; writer < threads; ++writer) {
    CHECK(next[writer] == appends);
  }
}

TEST_CASE("a failed commit is told once, and nothing becomes durable or is written after it",
          "[journal][faults]") {
  const test_folder folder;
  fault_env env;
  observer seen;
  {
    auto store = open_store(folder.path(), {.env = &env});
    auto journal = open_journal(*store, seen.inline_options(), seen.callbacks());
    journal->start();
    journal->append(1, "a", 1);
    journal->pump();
    env.fail_from(fault_env::call::sync, ".log", 1, rocksdb::Status::IOError("sync", "EIO"));
    journal->append(1, "b", 1);
    journal->pump();
    env.heal();
    CHECK(journal->append(1, "c", 1) == position{3});
    journal->offer_rows(whole_snapshot(1, {1}));
    journal->pump();
    REQUIRE(seen.failures.size() == 1);
    CHECK(seen.failures[0].code == store_errc::io);
    CHECK(journal->durable() == position{1});
    CHECK(seen.durable == std::vector<std::uint64_t>{1});
    CHECK(seen.written.empty());
    CHECK(journal->stop().error().code == store_errc::io);
  }
  const auto groups = groups_of(*open_store(folder.path()));
  REQUIRE(!groups.empty());
  CHECK(groups[0] == kept_group{1, 1, "a"});
  CHECK(groups.size() <= 2);
}

TEST_CASE("a failed commit on the journal's own thread ends it in order", "[journal][faults]") {
  const test_folder folder;
  fault_env env;
  auto store = open_store(folder.path(), {.env = &env});
  env.fail_from(fault_env::call::append, ".log", 3, rocksdb::Status::NoSpace("log", "full"));
  std::mutex mutex;
  std::condition_variable told;
  std::vector<store_error> failures;
  auto journal = open_journal(*store, {}, {{}, [&](const store_error& error) {
                                             const std::lock_guard lock(mutex);
                                             failures.push_back(error);
                                             told.notify_one();
                                           }});
  journal->start();
  std::unique_lock lock(mutex);
  while (failures.empty()) {
    lock.unlock();
    journal->append(1, "event", 1);
    std::this_thread::yield();
    lock.lock();
  }
  lock.unlock();
  CHECK(journal->stop().error().code == store_errc::no_space);
  CHECK(failures.size() == 1);
  CHECK(journal->durable() < journal->appended());
}

TEST_CASE("rows that can't be written fail the journal too", "[journal][faults]") {
  const test_folder folder;
  fault_env env;
  auto store = open_store(folder.path(), {.env = &env});
  observer seen;
  auto options = seen.inline_options();
  options.bytes_max = 1024;
  auto journal = open_journal(*store, options, seen.callbacks());
  journal->start();
  env.fail_from(fault_env::call::append, "/rows/", 1, rocksdb::Status::NoSpace("rows", "full"));
  const auto last = journal->append(1, std::string(2000, 'x'), 1);
  journal->pump();
  journal->append(2, "y", 1);
  journal->pump();
  journal->offer_rows(whole_snapshot(1, last));
  journal->pump();
  REQUIRE(seen.failures.size() == 1);
  CHECK(seen.failures[0].code == store_errc::no_space);
  CHECK(journal->append(1, "z", 1) == position{3});
  journal->pump();
  CHECK(journal->durable() == position{2});
}

TEST_CASE("rows wait until the events that they reflect are durable", "[journal][snapshot]") {
  const test_folder folder;
  auto store = open_store(folder.path());
  observer seen;
  auto callbacks = seen.callbacks();
  std::vector<std::string> order;
  callbacks.on_durable = [&](position) { order.push_back("durable"); };
  callbacks.on_rows_written = [&](std::uint32_t, std::uint64_t) { order.push_back("rows"); };
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
  const test_folder folder;
  auto store = open_store(folder.path());
  observer seen;
  auto journal = open_journal(*store, seen.inline_options(), seen.callbacks());
  journal->start();
  const auto last = journal->append(7, "a", 1);
  journal->pump();
  auto piece = whole_snapshot(7, last);
  piece.last_piece = false;
  piece.piece = 41;
  journal->offer_rows(piece);
  journal->pump();
  CHECK(journal->stats().dirty_queues == 1);
  piece.last_piece = true;
  piece.piece = 42;
  journal->offer_rows(piece);
  journal->pump();
  CHECK(journal->stats().dirty_queues == 0);
  CHECK(seen.written == std::vector<std::uint64_t>{41, 42});
}

TEST_CASE("a large offer is written in small pieces, in its order", "[journal][snapshot]") {
  const test_folder folder;
  auto store = open_store(folder.path());
  observer seen;
  auto journal = open_journal(*store, seen.inline_options(), seen.callbacks());
  journal->start();
  row_batch batch;
  batch.queue = 1;
  batch.reflects = journal->append(1, "a", 1);
  batch.last_piece = true;
  for (int row = 0; row < 100; ++row) {
    batch.changes.push_back({table::jobs, std::to_string(row), std::string(10'000, 'x')});
  }
  // The same key again: what comes later holds.
  batch.changes.push_back({table::jobs, "0", "last"});
  journal->offer_rows(std::move(batch));
  journal->pump();
  CHECK(rows_of(*store, {table::jobs}).size() == 100);
  CHECK(store->get_row(table::jobs, "0").value() == "last");
  CHECK(journal->stats().row_pieces >= 15);
  CHECK(seen.written.size() == 1);
}

TEST_CASE("queues are asked for snapshots when their oldest event comes of age",
          "[journal][snapshot]") {
  const test_folder folder;
  auto store = open_store(folder.path());
  observer seen;
  auto journal = open_journal(*store, seen.inline_options(), seen.callbacks());
  journal->start();
  journal->append(1, "a", 1);
  journal->pump();
  seen.now += 5s;
  journal->append(2, "b", 1);
  journal->pump();
  CHECK(seen.wanted.empty());
  seen.now += 5s;
  journal->pump();
  CHECK(seen.wanted == std::vector<std::uint32_t>{1});
  journal->offer_rows(whole_snapshot(1, {1}));
  journal->pump();
  seen.now += 5s;
  journal->pump();
  CHECK(seen.wanted == std::vector<std::uint32_t>{1, 2});
  journal->offer_rows(whole_snapshot(2, {2}));
  journal->pump();
  seen.now += 60s;
  CHECK_FALSE(journal->pump());
}

TEST_CASE("a queue that doesn't answer is asked again in time", "[journal][snapshot]") {
  const test_folder folder;
  auto store = open_store(folder.path());
  observer seen;
  auto journal = open_journal(*store, seen.inline_options(), seen.callbacks());
  journal->start();
  journal->append(1, "a", 1);
  journal->pump();
  for (int asked = 1; asked <= 3; ++asked) {
    seen.now += 10s;
    journal->pump();
    CHECK(seen.wanted.size() == static_cast<std::size_t>(asked));
  }
}

TEST_CASE("a journal that is too long asks its oldest queues whatever their age, and is cut",
          "[journal][snapshot]") {
  const test_folder folder;
  auto store = open_store(folder.path());
  observer seen;
  auto options = seen.inline_options();
  options.bytes_max = 100'000;
  options.snapshots_outstanding_max = 2;
  auto journal = open_journal(*store, options, seen.callbacks());
  journal->start();
  for (std::uint32_t queue = 1; queue <= 12; ++queue) {
    journal->append(queue, std::string(10'000, 'x'), 1);
    journal->pump();
  }
  CHECK(seen.wanted == std::vector<std::uint32_t>{1, 2});
  const auto before = journal->stats();
  CHECK(before.uncut_bytes == 120'000);
  CHECK(before.dirty_queues == 12);
  for (std::uint32_t queue = 1; queue <= 12; ++queue) {
    journal->offer_rows(whole_snapshot(queue, {queue}));
    journal->pump();
  }
  const auto after = journal->stats();
  CHECK(after.dirty_queues == 0);
  CHECK(after.cuts >= 2);
  CHECK(after.uncut_bytes <= 10'000);
  CHECK(groups_of(*store).size() == 1);
  // It asked only as long as it was too long.
  CHECK(seen.wanted.size() < 6);
}

TEST_CASE("the journal isn't cut behind the oldest dirty queue", "[journal][snapshot]") {
  const test_folder folder;
  auto store = open_store(folder.path());
  observer seen;
  auto options = seen.inline_options();
  options.bytes_max = 40'000;
  auto journal = open_journal(*store, options, seen.callbacks());
  journal->start();
  for (std::uint32_t queue = 1; queue <= 10; ++queue) {
    journal->append(queue, std::string(10'000, 'x'), 1);
    journal->pump();
  }
  for (const std::uint32_t queue : {1, 2, 3, 4, 6, 7, 8, 9, 10}) {
    journal->offer_rows(whole_snapshot(queue, {queue}));
    journal->pump();
  }
  CHECK(groups_of(*store).front().first == 5);
}

TEST_CASE("a restart knows which queues were dirty", "[journal][snapshot]") {
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

TEST_CASE("all queues can be asked at once, and it is told when all are clean",
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
  for (std::uint32_t queue = 1; queue <= 9; ++queue) {
    journal->append(queue, "a", 1);
  }
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
    for (std::uint32_t queue = 1; queue <= queues; ++queue) {
      journal->append(queue, "event", 1);
    }
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return answered >= queues; });
    lock.unlock();
    CHECK(journal->stop());
  }
  const auto store = open_store(folder.path());
  CHECK(store->last_position() == position{queues});
  CHECK(rows_of(*store, {table::queues}).size() == queues);
}

TEST_CASE("stop commits what gathered and writes what was offered", "[journal]") {
  const bool inline_mode = GENERATE(true, false);
  const test_folder folder;
  {
    auto store = open_store(folder.path());
    journal_options options;
    options.inline_mode = inline_mode;
    auto journal = open_journal(*store, options, {});
    journal->start();
    const auto last = journal->append(1, "last words", 1);
    journal->offer_rows(whole_snapshot(1, last));
    CHECK(journal->stop());
    CHECK(journal->durable() == last);
    journal->append(1, "too late", 1);
    CHECK(journal->stop());
    CHECK(journal->durable() == last);
  }
  const auto store = open_store(folder.path());
  CHECK(groups_of(*store) == std::vector{kept_group{1, 1, "last words"}});
  CHECK(rows_of(*store, {table::queues}) == kept_rows{{"1", "1"}});
}

TEST_CASE("in memory the journal goes the same way without a journal", "[journal]") {
  observer seen;
  auto store = open_store("", {.level = durability::memory});
  auto journal = open_journal(*store, seen.inline_options(), seen.callbacks());
  journal->start();
  const auto last = journal->append(1, "event", 1);
  journal->pump();
  CHECK(seen.durable == std::vector<std::uint64_t>{1});
  journal->offer_rows(whole_snapshot(1, last));
  journal->pump();
  CHECK(rows_of(*store, {table::queues}).size() == 1);
  CHECK(journal->stats().syncs == 0);
  CHECK(journal->stats().uncut_bytes == 0);
  CHECK(journal->stop());
}
