// The process executor when shims, commands or starts die half-way, and its fences.
#include "executors/process/run_folder/records.hpp"
#include "system/files.hpp"
#include "system/run.hpp"
#include "tests/executors/process_fixture.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>

namespace rota::executors::process_tests {
namespace {

run_folder::start_record began(const process_fixture& fixture, const std::string& name) {
  const auto folder = system::open_folder(fixture.run_path(name));
  const auto record = run_folder::read_started(folder, run_folder::started_file);
  REQUIRE(record);
  return *record;
}

void kill_shim(const process_fixture& fixture, const std::string& name) {
  const auto shim = began(fixture, name).shim;
  REQUIRE(system::send_signal(shim, SIGKILL));
  REQUIRE(system::wait_for_end(shim, 10'000));
}

/// Runs a program to its end. Returns -1 if it cannot be run.
int run(std::vector<std::string> words) {
  const auto ended = system::run({std::move(words), {}, {}, std::chrono::minutes{1}});
  return ended ? ended->status : -1;
}

bool lacks_strace() {
  const bool lacks = run({"sh", "-c", "strace -o /dev/null true 2>/dev/null"}) != 0;
  if (lacks)
    WARN("SKIPPED: strace can't be used here");
  return lacks;
}

/// Makes an attempt whose run folder exists, but whose start never reached the shim.
start_order half_made(process_fixture& fixture, const std::string& name) {
  const auto order =
      process_fixture::script(name, "echo $ROTA_ATTEMPT >> " + fixture.path("runs") + "; exit 3");
  const auto broken = make_process_executor({"process", "i", fixture.path("."), "{}", "/no/such"});
  REQUIRE_FALSE(broken->start(order).has_value());
  REQUIRE(fixture.state_of(name) == attempt_state::created);
  return order;
}

TEST_CASE("A process: when its shim is killed the command dies and the attempt is lost") {
  process_fixture fixture;
  const auto order = process_fixture::script("a-1", "exec sleep 1000");
  const started first = fixture.must_start(order);
  const auto job = began(fixture, "a-1").job;
  kill_shim(fixture, "a-1");
  CHECK(system::wait_for_end(job, 10'000));
  CHECK(fixture.state_of("a-1") == attempt_state::lost);
  CHECK_FALSE(fixture.backend().result("a-1").has_value());
  CHECK(fixture.must_start(order).handle == first.handle);
  CHECK(fixture.state_of("a-1") == attempt_state::lost);
  REQUIRE(fixture.backend().fence("a-1").has_value());
  CHECK(fixture.state_of("a-1") == attempt_state::lost);
  CHECK(fixture.backend().remove("a-1").has_value());
}

TEST_CASE("A process: a fence kills the processes of a killed shim, in other sessions too") {
  process_fixture fixture;
  fixture.start_script("a-1", "setsid sleep 1000 & echo $! > " + fixture.path("far") +
                                  "; env -i /bin/sleep 1000 & echo $! > " + fixture.path("near") +
                                  "; wait");
  std::vector<int> pids;
  for (const std::string file : {"far", "near"}) {
    REQUIRE(soon([&] { return read_whole(fixture.path(file)).find('\n') != std::string::npos; }));
    pids.push_back(std::stoi(read_whole(fixture.path(file))));
  }
  kill_shim(fixture, "a-1");
  for (const int pid : pids)
    CHECK(lives(pid));
  REQUIRE(fixture.backend().fence("a-1").has_value());
  for (const int pid : pids)
    CHECK_FALSE(lives(pid));
}

TEST_CASE("A process: a fence ends a running attempt, which never starts again") {
  process_fixture fixture;
  const auto order = process_fixture::script("a-1", "exec sleep 1000");
  fixture.must_start(order);
  const auto record = began(fixture, "a-1");
  SECTION("with a shim that answers") {}
  SECTION("with a shim that was stopped") { REQUIRE(system::send_signal(record.shim, SIGSTOP)); }
  REQUIRE(fixture.backend().fence("a-1").has_value());
  CHECK_FALSE(lives(record.job.pid));
  // The kernel frees a shim's lock, which the fence waited for, a moment before the shim counts as
  // dead.
  CHECK(soon([&] { return !lives(record.shim.pid); }));
  CHECK(fixture.state_of("a-1") == attempt_state::lost);
  CHECK(fixture.backend().fence("a-1").has_value());
}

TEST_CASE("A process: a fence prevents a name that was never started from starting") {
  process_fixture fixture;
  const auto order = process_fixture::script("a-1", "touch " + fixture.path("ran"));
  SECTION("the name is new") {}
  SECTION("the start was half-made") { half_made(fixture, "a-1"); }
  REQUIRE(fixture.backend().fence("a-1").has_value());
  CHECK(fixture.state_of("a-1") == attempt_state::lost);
  fixture.restart();
  CHECK(fixture.state_of("a-1") == attempt_state::lost);
  const auto late = fixture.backend().start(order);
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().kind == start_failure_kind::refused);
  // A late shim does nothing either.
  CHECK(run({ROTA_SHIM_BINARY, fixture.run_path("a-1")}) == 0);
  REQUIRE(fixture.backend().remove("a-1").has_value());
  CHECK_FALSE(fixture.backend().start(order).has_value());
  CHECK_FALSE(std::filesystem::exists(fixture.path("ran")));
}

TEST_CASE("A process: an incomplete start is continued") {
  process_fixture fixture;
  const auto order = half_made(fixture, "a-1");
  SECTION("as it was left") {}
  SECTION("with an order cut short") {
    std::ofstream{fixture.run_path("a-1", "order")} << "name 3\na-";
  }
  SECTION("with a start that a power cut left without its bytes") {
    std::ofstream{fixture.run_path("a-1", "started")};
  }
  fixture.restart();
  CHECK(fixture.state_of("a-1") == attempt_state::created);
  fixture.must_start(order);
  CHECK(fixture.must_end("a-1").exit_code == 3);
  CHECK(lines_of(fixture.path("runs")) == std::vector<std::string>{"a-1"});
}

TEST_CASE("A process: a second shim exits at once") {
  process_fixture fixture;
  fixture.start_script("a-1", "echo ran; exec sleep 1000");
  REQUIRE(soon([&] { return read_whole(fixture.run_path("a-1", "out")) == "ran\n"; }));
  CHECK(run({ROTA_SHIM_BINARY, fixture.run_path("a-1")}) == 0);
  REQUIRE(fixture.backend().signal("a-1", stop_signal::kill).has_value());
  fixture.must_end("a-1");
  CHECK(run({ROTA_SHIM_BINARY, fixture.run_path("a-1")}) == 0);
  CHECK(fixture.must_end("a-1").output == "ran\n");
}

TEST_CASE(
    "A process: an attempt of an earlier boot is lost, and its fence kills no other process") {
  process_fixture fixture;
  fixture.start_script("stranger", "exec sleep 1000");
  half_made(fixture, "a-1");
  // The same process numbers, but of another boot.
  auto record = began(fixture, "stranger");
  record.boot = "another";
  std::ofstream{fixture.run_path("a-1", "started")} << run_folder::encode(record);
  CHECK(fixture.state_of("a-1") == attempt_state::lost);
  CHECK(fixture.backend().signal("a-1", stop_signal::kill).has_value());
  REQUIRE(fixture.backend().fence("a-1").has_value());
  CHECK(fixture.state_of("stranger") == attempt_state::running);
  CHECK(lives(record.job.pid));
}

TEST_CASE("A process: a shim killed at any step leaves a state that can be continued, and no "
          "double run") {
  if (lacks_strace())
    return;
  for (const std::string call : {"fsync", "renameat", "write"})
    for (int when = 1; when <= 6; ++when) {
      process_fixture fixture;
      const auto order = half_made(fixture, "a-1");
      INFO(call << " " << when);
      run({"strace", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e",
           "inject=" + call + ":signal=SIGKILL:when=" + std::to_string(when), ROTA_SHIM_BINARY,
           fixture.run_path("a-1")});
      // Its command, if it ran, dies with it.
      REQUIRE(soon([&] { return fixture.state_of("a-1") != attempt_state::running; }));
      const auto seen = fixture.state_of("a-1");
      REQUIRE(fixture.backend().start(order).has_value());
      if (seen == attempt_state::created || seen == attempt_state::ended) {
        REQUIRE(soon([&] { return fixture.state_of("a-1") == attempt_state::ended; }));
        CHECK(fixture.backend().result("a-1")->exit_code == 3);
        CHECK(lines_of(fixture.path("runs")).size() == 1);
      } else {
        CHECK(seen == attempt_state::lost);
        REQUIRE(fixture.backend().fence("a-1").has_value());
        CHECK(lines_of(fixture.path("runs")).size() <= 1);
      }
    }
}

TEST_CASE(
    "A process: a start that cannot be made durable fails temporarily and leaves nothing running") {
  if (lacks_strace())
    return;
  process_fixture fixture;
  const auto order = half_made(fixture, "a-1");
  run({"strace", "-qq", "-o", "/dev/null", "-P", fixture.run_path("a-1", "started"), "-e",
       "inject=fsync:error=ENOSPC:when=1", ROTA_SHIM_BINARY, fixture.run_path("a-1")});
  CHECK(fixture.state_of("a-1") == attempt_state::created);
  CHECK_FALSE(std::filesystem::exists(fixture.path("runs")));
  fixture.must_start(order);
  CHECK(fixture.must_end("a-1").exit_code == 3);
  CHECK(lines_of(fixture.path("runs")).size() == 1);
}

TEST_CASE("A process: a result that cannot be written at once is written later") {
  if (lacks_strace())
    return;
  process_fixture fixture;
  half_made(fixture, "a-1");
  run({"strace", "-qq", "-o", "/dev/null", "-P", fixture.run_path("a-1", "result"), "-e",
       "inject=fsync:error=ENOSPC:when=1", ROTA_SHIM_BINARY, fixture.run_path("a-1")});
  CHECK(fixture.must_end("a-1").exit_code == 3);
}

} // namespace
} // namespace rota::executors::process_tests
