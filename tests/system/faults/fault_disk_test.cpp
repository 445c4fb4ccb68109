// A full disk.
#include "tests/support/eventually.hpp"
#include "tests/system/faults/fault_daemon.hpp"
#include "tests/system/faults/fault_work.hpp"

#include <catch2/catch.hpp>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>

using namespace rota::tests;
using namespace rota::tests::fault;

namespace {

/// A file system of this size, in memory.
class small_disk {
public:
  explicit small_disk(std::size_t bytes) {
    const auto size = "size=" + std::to_string(bytes);
    if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, size.c_str()) != 0)
      refusal_ = std::strerror(errno);
  }
  ~small_disk() {
    if (refusal_.empty())
      ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;

  /// The reason why it cannot be created; empty if it exists.
  const std::string& refusal() const { return refusal_; }
  std::filesystem::path path() const { return folder_.path(); }

  /// Fills space with a file that does not belong to the store.
  void put_ballast(std::size_t bytes) const {
    std::ofstream{path() / "ballast"} << std::string(bytes, 'x') << std::flush;
  }
  void drop_ballast() const { std::filesystem::remove(path() / "ballast"); }

private:
  temporary_folder folder_;
  std::string refusal_;
};

constexpr std::size_t mib = 1024 * 1024;

} // namespace

TEST_CASE(
    "On a full disk all is unavailable and nothing acknowledged is lost, until space is freed") {
  const small_disk disk{160 * mib};
  if (!disk.refusal().empty()) {
    std::cout << "SKIPPED: no small disk can be mounted: " << disk.refusal() << std::endl;
    return;
  }
  tested_daemon tested{disk.path() / "data", acknowledged_work{60'000}};
  auto& daemon = tested.daemon;
  REQUIRE(daemon.start());
  tested.steps(3);
  disk.put_ballast(148 * mib);

  std::size_t refusals = 0;
  CHECK(eventually([&] { return (refusals += tested.steps(5).refusals) > 0; }));
  CHECK(daemon.is_running());
  INFO("acknowledged before the disk was full: " << tested.work.acknowledged());

  SECTION("space is freed while it runs") {
    disk.drop_ballast();
    CHECK(tested.works_again());
    CHECK(tested.missing() == "");
    CHECK(tested.missing_after_restart() == "");
  }
  SECTION("it is killed and the disk is full at the next start") {
    daemon.kill();
    disk.put_ballast(160 * mib);
    if (!daemon.start()) {
      CHECK(daemon.exit_status() == 1);
      CHECK(daemon.messages().find("isk is full") != std::string::npos);
    }
    daemon.kill();
    disk.drop_ballast();
    CHECK(tested.missing_after_restart() == "");
  }
}
