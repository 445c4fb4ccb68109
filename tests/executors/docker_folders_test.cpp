#include "executors/docker/run_folders.hpp"
#include "system/process_identity.hpp"
#include "tests/support/docker_backend.hpp"
#include "tests/support/files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>

namespace rota::executors::docker {
namespace {

using tests::ok;
using tests::read_whole;
using tests::temporary_folder;

void write(const std::filesystem::path& file, const std::string& content) {
  std::ofstream{file, std::ios::binary} << content;
}

TEST_CASE("only attempt names become paths") {
  for (const char* name : {"a", "0-9", "abcdefghijklmnopqrstuvwxyz-0123456789-40"})
    CHECK(is_attempt_name(name));
  for (const char* name :
       {"", ".", "..", "a/b", "A", "a b", "a.b", "abcdefghijklmnopqrstuvwxyz-0123456789-041"})
    CHECK_FALSE(is_attempt_name(name));
}

TEST_CASE("an attempt may run until it is claimed or fenced, or the machine was rebooted") {
  const temporary_folder place{"docker"};
  run_folders folders{place.path()};
  CHECK(*folders.prepare("a", {nullptr, "one"}, 1000));
  CHECK_FALSE(*folders.prepare("a", {nullptr, "two"}, 1000));
  CHECK(read_whole(folders.io_folder("a") + "/stdin") == "two");
  CHECK(folders.claim_of("a") == claim_state::unclaimed);
  REQUIRE(ok(folders.record_start_request("a")));
  CHECK(folders.claim_of("a") == claim_state::unclaimed);

  const auto asked = place.path() / "runs/a/asked";
  CHECK(read_whole(asked) == system::boot_id());
  write(asked, "another boot");
  CHECK(folders.claim_of("a") == claim_state::unknown);
  REQUIRE(ok(folders.record_start_request("a")));
  CHECK(read_whole(asked) == "another boot");

  write(folders.io_folder("a") + "/claim", "");
  CHECK(folders.claim_of("a") == claim_state::claimed);
  CHECK_FALSE(*folders.prepare("a", {nullptr, "three"}, 1000));
  CHECK(read_whole(folders.io_folder("a") + "/stdin") == "two");

  REQUIRE(ok(folders.fence("b")));
  REQUIRE(ok(folders.fence("b")));
  CHECK(folders.is_fenced("b"));
  CHECK(folders.claim_of("b") == claim_state::claimed);
  auto names = folders.names();
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"a", "b"});
}

TEST_CASE("an exit record counts once it is complete") {
  const temporary_folder place{"docker"};
  run_folders folders{place.path()};
  REQUIRE(ok(folders.prepare("a", {nullptr, ""}, 1000)));
  const std::string note = folders.io_folder("a") + "/exit";
  for (const char* part : {"", "1", "12", "x\n", "\n", "1 2\n", "1\n2\n"}) {
    write(note, part);
    CHECK_FALSE(folders.exit_record_of("a"));
  }
  write(note, "137\n");
  REQUIRE(folders.exit_record_of("a"));
  CHECK(folders.exit_record_of("a")->code == 137);
  std::filesystem::remove(note);
  std::filesystem::create_symlink("/proc/self/stat", note);
  CHECK_FALSE(folders.exit_record_of("a"));
}

TEST_CASE("only the output of a retired attempt is kept") {
  const temporary_folder place{"docker"};
  run_folders folders{place.path()};
  REQUIRE(ok(folders.prepare("a", {nullptr, "in"}, 4)));
  write(folders.io_folder("a") + "/stdout", "123456");
  write(folders.io_folder("a") + "/stderr", "123");
  folders.cut_output("a");
  CHECK(folders.is_cut("a"));
  CHECK(ok(folders.retire("a")));
  CHECK(ok(folders.retire("a")));
  CHECK(folders.is_retired("a"));
  CHECK_FALSE(std::filesystem::exists(place.path() / "runs/a"));
  CHECK(folders.read("a", output_stream::out, 1, 100) == "234");
  CHECK(folders.size_of("a", output_stream::err) == 3);
  CHECK(run_folders{place.path()}.has_output("a"));
  CHECK_FALSE(folders.has_output("b"));
}

TEST_CASE("the output of the last ten thousand attempts is kept") {
  const temporary_folder place{"docker"};
  const auto ended = place.path() / "ended";
  for (int number = 0; number < 10'000; ++number)
    std::filesystem::create_directories(ended / ("old-" + std::to_string(number)));
  const auto oldest = ended / "old-5000";
  std::filesystem::last_write_time(oldest, std::filesystem::file_time_type::clock::now() -
                                               std::chrono::hours{1});
  run_folders folders{place.path()};
  CHECK(std::filesystem::exists(oldest));
  REQUIRE(ok(folders.prepare("new", {nullptr, ""}, 1000)));
  REQUIRE(ok(folders.retire("new")));
  CHECK_FALSE(std::filesystem::exists(oldest));
  CHECK(folders.is_retired("new"));
  CHECK(folders.is_retired("old-0"));
}

} // namespace
} // namespace rota::executors::docker
