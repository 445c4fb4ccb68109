// Syncs at which the daemon is killed, and syncs that fail.
#include "tests/support/eventually.hpp"
#include "tests/system/faults/fault_daemon.hpp"
#include "tests/system/faults/fault_work.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>

using namespace rota::tests;
using namespace rota::tests::fault;

namespace {

/// Without sync_file_range: RocksDB aborts the process if its first probe of that call returns EIO.
const std::string failing_syncs = "fsync,fdatasync";

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    ++found;
  return found;
}

/// Once syncs work again, the daemon accepts changes and has lost nothing.
void check_recovery(tested_daemon& tested) {
  CHECK(tested.works_again());
  CHECK(tested.missing() == "");
}

} // namespace

TEST_CASE("Killed at its n-th sync from the start on, the daemon loses nothing acknowledged") {
  if (skipped_without_strace())
    return;
  tested_daemon tested;
  auto& daemon = tested.daemon;
  for (const int n : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 17, 23, 40}) {
    INFO("killed at sync " << n);
    // strace counts per thread, so not every number is reached.
    if (daemon.start(syncs + ":signal=SIGKILL:when=" + std::to_string(n)))
      tested.steps(60);
    CHECK(tested.missing_after_restart() == "");
    tested.steps(5);
    daemon.kill();
  }
  CHECK(tested.work.acknowledged() > 100);
}

TEST_CASE("Killed at a thread's n-th sync, the daemon loses nothing acknowledged") {
  if (skipped_without_strace())
    return;
  tested_daemon tested;
  auto& daemon = tested.daemon;
  REQUIRE(daemon.start());
  const std::pair<const char*, int> places[] = {
      {"journal", 1},      {"journal", 2},      {"journal", 7},      {"journal", 30},
      {"rows", 1},         {"rows", 2},         {"rows", 3},         {"rows", 4},
      {"rocksdb:high", 1}, {"rocksdb:high", 2}, {"rocksdb:high", 3}, {"rocksdb:high", 4},
      {"rocksdb:low", 1},  {"rocksdb:low", 2}};
  int met = 0;
  for (const auto& [thread, n] : places) {
    INFO(thread << ", killed at sync " << n);
    {
      const attached_strace strace{daemon.pid(),
                                   syncs + ":signal=SIGKILL:when=" + std::to_string(n), thread};
      if (strace.is_attached() && tested.steps(100).lost)
        met += daemon.exit_status() == 128 + SIGKILL ? 1 : 0;
      daemon.kill();
    }
    CHECK(tested.missing_after_restart() == "");
  }
  std::cout << "killed in a sync: " << met << " of " << std::size(places) << std::endl;
  CHECK(met >= 4); // At least those of the journal.
}

TEST_CASE(
    "B4: while syncs fail all is unavailable and nothing is half taken, then the daemon recovers") {
  if (skipped_without_strace())
    return;
  tested_daemon tested;
  auto& daemon = tested.daemon;
  REQUIRE(daemon.start());
  tested.steps(20);
  for (const auto* when : {"1+", "5+", "9+2"}) {
    INFO("syncs that fail: " << when);
    std::size_t refusals = 0;
    const auto opened_in_vain = count(daemon.messages(), "cannot reopen the storage");
    {
      const attached_strace strace{daemon.pid(), failing_syncs + ":error=EIO:when=" + when};
      REQUIRE(strace.is_attached());
      CHECK(eventually([&] { return (refusals += tested.steps(20).refusals) > 0; }));
      if (std::string{when} == "1+")
        CHECK(eventually([&] {
          return count(daemon.messages(), "cannot reopen the storage") >= opened_in_vain + 2;
        }));
      CHECK(daemon.is_running());
    }
    check_recovery(tested);
  }
  CHECK(tested.missing_after_restart() == "");
}

TEST_CASE("A few failed syncs in one thread do not end the daemon") {
  if (skipped_without_strace())
    return;
  tested_daemon tested;
  auto& daemon = tested.daemon;
  REQUIRE(daemon.start());
  for (const auto* thread : {"journal", "rows", "rocksdb:high", "rocksdb:low"}) {
    INFO("syncs of the thread " << thread << " fail");
    {
      const attached_strace strace{daemon.pid(), failing_syncs + ":error=EIO:when=1..2", thread};
      if (strace.is_attached())
        tested.steps(150);
    }
    CHECK(daemon.is_running());
    check_recovery(tested);
  }
  CHECK(tested.missing_after_restart() == "");
}

TEST_CASE("A daemon that can't sync does not start and reports it") {
  if (skipped_without_strace())
    return;
  faulty_daemon daemon;
  CHECK_FALSE(daemon.start(failing_syncs + ":error=EIO"));
  CHECK(daemon.exit_status() == 1);
  CHECK(daemon.messages().find("Check the disk") != std::string::npos);
  CHECK(daemon.start());
}
