#include "persistence/journal/journal.hpp"
#include "tests/persistence/fault_env.hpp"
#include "tests/persistence/journal_fixture.hpp"
#include "tests/persistence/store_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace rota::persistence;
using namespace rota::persistence::testing;

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
  inline_journal test([](auto& options) { options.group_bytes_max = 10; });
  test.journal->append(1, "1234567", 1);
  test.journal->append(1, "890123456789", 2);
  test.commit(1, "x");
  CHECK(groups_of(*test.kept) ==
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
    for (auto& writer : writers)
      writer.join();
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
    for (std::size_t at = 0; at < all.size(); ++at)
      REQUIRE(all[at] == at + 1);
  }
  // The events of each thread are in their own order.
  std::istringstream lines;
  std::string text;
  for (const auto& group : groups_of(*open_store(folder.path())))
    text += group.bytes;
  lines.str(text);
  std::map<std::uint32_t, std::uint32_t> next;
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    const auto writer = static_cast<std::uint32_t>(std::stoul(line.substr(0, colon)));
    REQUIRE(std::stoul(line.substr(colon + 1)) == next[writer]++);
  }
  for (std::uint32_t writer = 0; writer < threads; ++writer)
    CHECK(next[writer] == appends);
}

TEST_CASE("a failed commit is reported once, and nothing becomes durable or is written after it",
          "[journal][faults]") {
  fault_env env;
  inline_journal test({}, {.env = &env});
  test.commit(1, "a");
  env.fail_from(fault_env::call::sync, ".log", 1, rocksdb::Status::IOError("sync", "EIO"));
  test.commit(1, "b");
  env.heal();
  CHECK(test.journal->append(1, "c", 1) == position{3});
  test.offer(whole_snapshot(1, {1}));
  REQUIRE(test.failures.size() == 1);
  CHECK(test.failures[0].code == store_errc::io);
  CHECK(test.journal->durable() == position{1});
  CHECK(test.durable == std::vector<std::uint64_t>{1});
  CHECK(test.written.empty());
  CHECK(test.journal->stop().error().code == store_errc::io);
  test.journal.reset();
  test.kept.reset();
  const auto groups = groups_of(*open_store(test.folder.path()));
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
  std::condition_variable reported;
  std::vector<store_error> failures;
  auto journal = open_journal(*store, {}, {{}, [&](const store_error& error) {
                                             const std::lock_guard lock(mutex);
                                             failures.push_back(error);
                                             reported.notify_one();
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
  fault_env env;
  inline_journal test([](auto& options) { options.bytes_max = 1024; }, {.env = &env});
  env.fail_from(fault_env::call::append, "/rows/", 1, rocksdb::Status::NoSpace("rows", "full"));
  const auto last = test.commit(1, std::string(2000, 'x'));
  test.commit(2, "y");
  test.offer(whole_snapshot(1, last));
  REQUIRE(test.failures.size() == 1);
  CHECK(test.failures[0].code == store_errc::no_space);
  CHECK(test.commit(1, "z") == position{3});
  CHECK(test.journal->durable() == position{2});
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

TEST_CASE("in memory the journal works the same without files", "[journal]") {
  inline_journal test({}, {.level = durability::memory});
  const auto last = test.commit(1, "event");
  CHECK(test.durable == std::vector<std::uint64_t>{1});
  test.offer(whole_snapshot(1, last));
  CHECK(rows_of(*test.kept, {table::queues}).size() == 1);
  CHECK(test.journal->stats().syncs == 0);
  CHECK(test.journal->stats().uncut_bytes == 0);
  CHECK(test.journal->stop());
}
