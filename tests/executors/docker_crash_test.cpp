// What survives the death of the API's service, of conmon and of the executor. Each attempt appends
// its name to a file, so that one that ran twice is visible.
#include "executors/docker/container_spec.hpp"
#include "executors/docker/engine_api.hpp"
#include "executors/docker/run_folders.hpp"
#include "executors/options.hpp"
#include "tests/support/docker_backend.hpp"
#include "tests/support/files.hpp"
#include "tests/support/processes.hpp"

#include <catch2/catch.hpp>
#include <signal.h>

#include <algorithm>
#include <fstream>

namespace rota::tests {
namespace {

namespace fs = std::filesystem;
using namespace executors;

const std::string append = "echo $ROTA_ATTEMPT >>/shared/ran; ";

std::size_t runs_of(const docker_backend& backend, const std::string& name) {
  const auto lines = lines_of(backend.shared() / "ran");
  return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), name));
}

/// Returns a command that ends with `code` when the test permits it.
std::string until_told(const std::string& name, int code) {
  return append + "while [ ! -e /shared/go-" + name + " ]; do sleep 0.05; done; echo done; exit " +
         std::to_string(code);
}
void tell(const docker_backend& backend, const std::string& name) {
  (void)std::ofstream{backend.shared() / ("go-" + name)};
}

bool has_run(const docker_backend& backend, const std::string& name) {
  return soon([&] { return runs_of(backend, name) > 0; });
}

void check_killed_service(docker_backend& backend) {
  auto engine = backend.make_executor();
  REQUIRE(ok(engine->start(backend.order("ends", until_told("ends", 7)))));
  REQUIRE(ok(engine->start(backend.order("stays", until_told("stays", 8)))));
  REQUIRE(has_run(backend, "ends"));
  const auto slots = engine->capacity();
  backend.kill_service();
  CHECK(engine->capacity() == slots);
  CHECK_FALSE(engine->list().has_value());
  CHECK_FALSE(engine->fence("stays").has_value());
  // Ends while nothing watches it; its output is not lost.
  tell(backend, "ends");
  const auto note = backend.place() / "runs/ends/io/exit";
  REQUIRE(soon([&] { return !read_whole(note).empty(); }));
  backend.serve_again();

  engine = backend.make_executor(); // rotad died, too
  REQUIRE(becomes(*engine, "ends", attempt_state::ended));
  const auto ended = engine->result("ends");
  REQUIRE(ok(ended));
  CHECK(ended->exit_code == 7);
  CHECK(ended->output == "done\n");
  CHECK(ended->finished >= ended->started - std::chrono::milliseconds{10});
  // The failed fence call holds nevertheless.
  CHECK(state_of(*engine, "stays") == attempt_state::lost);
  CHECK(ok(engine->fence("stays")));
  CHECK(ok(engine->remove("ends")));
  CHECK(engine->output("ends", output_stream::out, 0, 10)->value().bytes == "done\n");
  CHECK(runs_of(backend, "ends") == 1);
}

void check_killed_service_after_the_end(docker_backend& backend) {
  auto engine = backend.make_executor();
  const auto order = backend.order("over", append + "echo out; exit 3");
  REQUIRE(ok(engine->start(order)));
  REQUIRE(becomes(*engine, "over", attempt_state::ended));
  backend.kill_service();
  backend.serve_again();
  engine = backend.make_executor();
  REQUIRE(becomes(*engine, "over", attempt_state::ended));
  CHECK(ok(start_at_last(*engine, order)));
  CHECK(engine->result("over")->exit_code == 3);
  CHECK(runs_of(backend, "over") == 1);
}

void check_fenced(docker_backend& backend) {
  auto engine = backend.make_executor();
  const auto order = backend.order("ran", append);
  REQUIRE(ok(engine->start(order)));
  REQUIRE(becomes(*engine, "ran", attempt_state::ended));
  CHECK(ok(engine->fence("ran")));
  // A start after a fence never runs, whatever the engine does.
  CHECK_FALSE(engine->start(order).has_value());
  CHECK(runs_of(backend, "ran") == 1);
  CHECK(ok(engine->remove("ran")));
  CHECK_FALSE(engine->start(order).has_value());
  CHECK(runs_of(backend, "ran") == 1);
}

/// A container that its engine reports as `created`: after the machine died, podman reports so for
/// one that ran.
void check_started_machine(docker_backend& backend) {
  const auto engine = backend.make_executor();
  const auto order = backend.order("before", append);
  docker::run_folders folders{backend.place().string()};
  REQUIRE(ok(folders.prepare("before", {nullptr, "null"}, {})));
  docker::engine_api api{backend.socket()};
  const auto until = std::chrono::steady_clock::now() + engine_timeout;
  const auto options = read_options(order.options);
  REQUIRE(options.has_value());
  REQUIRE(ok(api.create(
      "i1-before",
      docker::create_body({"i1", "lab", folders.io_folder("before"), {"true"}}, order, *options),
      until)));
  CHECK(state_of(*engine, "before") == attempt_state::created);
  std::ofstream{backend.place() / "runs/before/asked"} << "another boot";
  CHECK(state_of(*engine, "before") == attempt_state::lost);
  CHECK(ok(engine->start(order)));
  CHECK(state_of(*engine, "before") == attempt_state::lost);
  std::ofstream{backend.place() / "runs/before/io/claim"} << "";
  CHECK(ok(engine->start(order)));
  std::ofstream{backend.place() / "runs/before/io/exit"} << "5\n";
  CHECK(state_of(*engine, "before") == attempt_state::ended);
  CHECK(engine->result("before")->exit_code == 5);
  CHECK(ok(engine->remove("before")));
  CHECK(runs_of(backend, "before") == 0);
}

void check_killed_conmon(docker_backend& backend) {
  auto engine = backend.make_executor();
  for (const char* name : {"heard", "unheard"}) {
    REQUIRE(ok(engine->start(backend.order(name, until_told(name, 6)))));
    REQUIRE(has_run(backend, name));
    const pid_t conmon = conmon_of("i1-" + std::string(name));
    REQUIRE(conmon > 0);
    REQUIRE(::kill(conmon, SIGKILL) == 0);
    CHECK(state_of(*engine, name) == attempt_state::running);
  }
  // The command's end is recorded although no part of podman watches.
  tell(backend, "heard");
  REQUIRE(becomes(*engine, "heard", attempt_state::ended));
  CHECK(engine->result("heard")->exit_code == 6);
  CHECK(engine->result("heard")->output == "done\n");
  CHECK(ok(engine->remove("heard")));

  // Killed, it leaves nothing, and a new executor sees that, too.
  bool killed = false;
  for (const pid_t process : processes_with("go-unheard"))
    killed = ::kill(process, SIGKILL) == 0 || killed;
  REQUIRE(killed);
  engine = backend.make_executor();
  REQUIRE(becomes(*engine, "unheard", attempt_state::lost));
  CHECK(ok(engine->fence("unheard")));
  CHECK(state_of(*engine, "unheard") == attempt_state::lost);
  CHECK(ok(engine->remove("unheard")));
  CHECK(engine->list()->empty());
  CHECK(runs_of(backend, "heard") == 1);
  CHECK(runs_of(backend, "unheard") == 1);
}

void check_fenced_without_conmon(docker_backend& backend) {
  const auto engine = backend.make_executor();
  REQUIRE(ok(engine->start(backend.order("alone", until_told("alone", 0)))));
  REQUIRE(has_run(backend, "alone"));
  REQUIRE(::kill(conmon_of("i1-alone"), SIGKILL) == 0);
  CHECK(ok(engine->fence("alone")));
  CHECK(processes_with("go-alone").empty());
}

void check_taken_away(docker_backend& backend) {
  const auto engine = backend.make_executor();
  REQUIRE(ok(engine->start(backend.order("pruned", append + "exit 9"))));
  REQUIRE(becomes(*engine, "pruned", attempt_state::ended));
  docker::engine_api api{backend.socket()};
  const auto until = std::chrono::steady_clock::now() + engine_timeout;
  REQUIRE(ok(api.remove("i1-pruned", until)));
  CHECK(state_of(*engine, "pruned") == attempt_state::ended);
  CHECK(engine->result("pruned")->exit_code == 9);
  CHECK(ok(engine->remove("pruned")));
  CHECK(engine->list()->empty());
}

/// The state after the engine was dead at the end: dockerd may report 255.
void check_noted(docker_backend& backend) {
  const auto engine = backend.make_executor();
  REQUIRE(ok(engine->start(backend.order("noted", append + "exit 9"))));
  REQUIRE(becomes(*engine, "noted", attempt_state::ended));
  std::ofstream{backend.place() / "runs/noted/io/exit"} << "11\n";
  CHECK(engine->result("noted")->exit_code == 11);
}

fs::path engine_path(const docker_backend& backend) {
  return fs::path(backend.socket()).parent_path();
}

/// The state after podman was killed while it removed a container, or created one.
void check_half(docker_backend& backend, const std::string& lost_records) {
  const auto engine = backend.make_executor();
  REQUIRE(ok(engine->start(backend.order("half", append + "exit 9"))));
  REQUIRE(becomes(*engine, "half", attempt_state::ended));
  backend.kill_service();
  const auto records = engine_path(backend) / lost_records;
  const auto all_records = read_whole(records);
  // The newest record is the container's.
  const auto last = all_records.rfind(",{\"id\":");
  std::ofstream{records} << (last == std::string::npos ? "[" : all_records.substr(0, last)) << "]";
  backend.serve_again();
  REQUIRE(state_of(*engine, "half") == attempt_state::ended);
  CHECK(engine->result("half")->exit_code == 9);
  CHECK(ok(engine->remove("half")));
  const auto all = engine->list();
  REQUIRE(ok(all));
  CHECK(all->empty());
}

void check_half_removed(docker_backend& backend) {
  check_half(backend, "graph/overlay-containers/containers.json");
}
void check_half_made(docker_backend& backend) {
  check_half(backend, "graph/overlay-layers/layers.json");
}

void check_half_started(docker_backend& backend) {
  const auto engine = backend.make_executor();
  const auto order = backend.order("half", append + "exit 9");
  docker::run_folders folders{backend.place().string()};
  REQUIRE(ok(folders.prepare("half", {nullptr, "null"}, {})));
  docker::engine_api api{backend.socket()};
  const auto until = std::chrono::steady_clock::now() + engine_timeout;
  const auto options = read_options(order.options);
  REQUIRE(options.has_value());
  const auto id =
      api.create("i1-half",
                 docker::create_body({"i1", "lab", folders.io_folder("half"), options->command},
                                     order, *options),
                 until);
  REQUIRE(ok(id));
  const auto data = engine_path(backend) / "run/overlay-containers" / *id / "userdata";
  fs::create_directories(data);
  std::ofstream{data / ".pidfile"} << "";
  REQUIRE(ok(engine->start(order)));
  REQUIRE(becomes(*engine, "half", attempt_state::ended));
  CHECK(engine->result("half")->exit_code == 9);
  CHECK(runs_of(backend, "half") == 1);
}

using check = void (*)(docker_backend&);
void on(const std::string& engine, check what) {
  if (const auto backend = docker_backend::up(engine))
    what(*backend);
}

TEST_CASE("podman: an attempt that ends while the service is dead is found again") {
  on("podman", check_killed_service);
}
TEST_CASE("podman: an end before the service died is reported after it, and the attempt does not "
          "run again") {
  on("podman", check_killed_service_after_the_end);
}
TEST_CASE("podman: an attempt that is fenced or removed never starts again") {
  on("podman", check_fenced);
}
TEST_CASE("podman: an attempt that may have run before a reboot is not started") {
  on("podman", check_started_machine);
}
TEST_CASE("podman: an attempt without its conmon is reported as ended, or as lost") {
  on("podman", check_killed_conmon);
}
TEST_CASE("podman: a fence kills an attempt without its conmon") {
  on("podman", check_fenced_without_conmon);
}
TEST_CASE("podman: a half-removed container does not hide the others") {
  on("podman", check_half_removed);
}
TEST_CASE("podman: a half-created container does not hide the others") {
  on("podman", check_half_made);
}
TEST_CASE("podman: a half-started container is created again") { on("podman", check_half_started); }
TEST_CASE("podman: the wrapper's exit record takes precedence over the engine") {
  on("podman", check_noted);
}
TEST_CASE("dockerd: the wrapper's exit record takes precedence over the engine") {
  on("docker", check_noted);
}
TEST_CASE("podman: an ended container that was removed by others still has its result") {
  on("podman", check_taken_away);
}

TEST_CASE("dockerd: an attempt that ends while the service is dead is found again") {
  on("docker", check_killed_service);
}
TEST_CASE("dockerd: an end before the service died is reported after it, and the attempt does not "
          "run again") {
  on("docker", check_killed_service_after_the_end);
}
TEST_CASE("dockerd: an attempt that is fenced or removed never starts again") {
  on("docker", check_fenced);
}
TEST_CASE("dockerd: an attempt that may have run before a reboot is not started") {
  on("docker", check_started_machine);
}
TEST_CASE("dockerd: an ended container that was removed by others still has its result") {
  on("docker", check_taken_away);
}

} // namespace
} // namespace rota::tests
