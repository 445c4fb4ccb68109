// Attempts on a real engine: podman's service, and dockerd if ROTA_TEST_DOCKER=1. Each test has its
// own engine.
#include "engine/time.hpp"
#include "tests/executors/hint_box.hpp"
#include "tests/support/docker_backend.hpp"
#include "tests/support/files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

namespace rota::tests {
namespace {

using namespace executors;

/// Starts an attempt, waits for its end and returns it.
attempt_result run(executor& engine, const start_order& order) {
  const auto begun = engine.start(order);
  REQUIRE(ok(begun));
  REQUIRE(becomes(engine, order.name, attempt_state::ended));
  const auto how = engine.result(order.name);
  REQUIRE(ok(how));
  return *how;
}

void check_ends(const docker_backend& backend) {
  const auto engine = backend.make_executor();
  CHECK(engine->capacity().value_or(0) >= 1);
  CHECK(engine->list()->empty());

  const attempt_result success = run(*engine, backend.order("ok", "echo out; echo err >&2"));
  CHECK(success.exit_code == 0);
  CHECK_FALSE(success.signal);
  CHECK(success.output == "out\n");
  CHECK(success.error_tail == "err\n");
  CHECK(success.message.empty());
  CHECK_FALSE(success.timed_out);
  CHECK(success.started > engine::from_us(1'600'000'000'000'000));
  CHECK(success.finished > engine::from_us(1'600'000'000'000'000));

  CHECK(run(*engine, backend.order("code", "exit 42")).exit_code == 42);
  CHECK(run(*engine, backend.order("defer", "exit 75")).exit_code == 75);
  CHECK(run(*engine, backend.order("all", "exit 255")).exit_code == 255);
  const attempt_result killed = run(*engine, backend.order("kills", "kill -9 $$"));
  CHECK(killed.signal == 9);
  CHECK_FALSE(killed.exit_code);

  const attempt_result missing = run(*engine, backend.order("nocmd", "exec /no/such/program"));
  CHECK(missing.exit_code == 127);
  CHECK_FALSE(missing.error_tail.empty());

  const auto seen = engine->list();
  REQUIRE(ok(seen));
  CHECK(seen->size() == 6);
  for (const auto& each : *seen) {
    CHECK(each.what == attempt_state::ended);
    CHECK(ok(engine->remove(each.name)));
    CHECK(ok(engine->remove(each.name)));
  }
  CHECK(engine->list()->empty());
  CHECK(engine->output("ok", output_stream::out, 0, 100)->value().bytes == "out\n");
  CHECK(engine->output("ok", output_stream::err, 1, 2)->value().bytes == "rr");
  CHECK(engine->output("ok", output_stream::err, 1, 3)->value().at_end);
  CHECK_FALSE(engine->output("other", output_stream::out, 0, 100)->has_value());
}

/// Returns the reason of a refused start, which leaves nothing behind.
std::string refusal(executor& engine, const start_order& order) {
  const auto begun = engine.start(order);
  REQUIRE_FALSE(begun.has_value());
  INFO(begun.error().message);
  CHECK(begun.error().kind == start_failure_kind::refused);
  CHECK_FALSE(state_of(engine, order.name));
  return begun.error().message;
}

void check_refusals(const docker_backend& backend) {
  const auto engine = backend.make_executor();
  auto order = backend.order("noimage", "true");
  order.options = R"({"image": "rota-missing:7", "command": ["true"], "network": "none"})";
  CHECK(refusal(*engine, order).find("rota-missing:7") != std::string::npos);
  order.options = R"({"command": ["true"]})";
  CHECK(refusal(*engine, order).find("image") != std::string::npos);
  order.options = R"({"image": "rota-test:1", "network": "none"})";
  CHECK(refusal(*engine, order).find("command") != std::string::npos);
  order.options = R"({"image": "rota-test:1", "command": ["{/nothing}"], "network": "none"})";
  CHECK(refusal(*engine, order).find("/nothing") != std::string::npos);
  order.options = R"({"image": "rota-test:1", "command": ["true"], "network": "rota-missing"})";
  CHECK(refusal(*engine, order).find("rota-missing") != std::string::npos);
  order.options = R"({"image": "rota-test:1", "command": ["true"], "network": "none",
    "mounts": ["a:b:c:d"]})";
  CHECK_FALSE(refusal(*engine, order).empty());
  order.options = R"({"image": "rota-test:1", "command": ["true"], "network": "none",
    "cwd": "not/absolute"})";
  CHECK_FALSE(refusal(*engine, order).empty());
  // The name is still free.
  CHECK(run(*engine, backend.order("noimage", "true")).exit_code == 0);
}

void check_surroundings(const docker_backend& backend) {
  const auto engine = backend.make_executor();
  std::string payload = R"({"text": "é\u0000\"'$HOME\n", "n": )" + std::string(200'000, '7') + "}";
  auto order = backend.order("stdin", "cat; cat >/dev/null; printf 'a\\000\\377b' >&2");
  order.jobs.front().payload = payload;
  const attempt_result copied = run(*engine, order);
  CHECK(copied.output == payload);
  CHECK(copied.error_tail == std::string("a\0\xff"
                                         "b",
                                         4));

  order = backend.order("env", "env", R"(, "env": {"COLOUR": "deep blue", "code": "mine"})");
  order.jobs.front().attempt = 3;
  const attempt_result environment = run(*engine, order);
  for (const char* line :
       {"COLOUR=deep blue\n", "code=mine\n", "ROTA_ATTEMPT=env\n", "ROTA_TENANT=acme\n",
        "ROTA_TYPE=scan\n", "ROTA_JOB=j-env\n", "ROTA_ATTEMPT_NUMBER=3\n"})
    CHECK(environment.output.find(line) != std::string::npos);
  CHECK(environment.output.find("rota_") == std::string::npos);

  CHECK(run(*engine, backend.order("cwd", "pwd", R"(, "cwd": "/tmp")")).output == "/tmp\n");
  order = backend.order("words", "");
  order.options = R"({"image": "rota-test:1", "network": "none",
    "command": ["printf", "%s|", "{/target}", "a b", "$HOME", ""]})";
  CHECK(run(*engine, order).output == "a|a b|$HOME||");

  order = backend.order("batch", "cat");
  order.takes_batches = true;
  order.jobs.push_back({"second", "[2]", 1, {}});
  const attempt_result envelope = run(*engine, order);
  CHECK(envelope.is_of_envelope);
  CHECK(envelope.output.find(R"("id":"second","payload":[2])") != std::string::npos);
  order = backend.order("single", "env; cat");
  order.takes_batches = true;
  const attempt_result single = run(*engine, order);
  CHECK(single.is_of_envelope);
  CHECK(single.output.find(R"({"jobs":[{"id":"j-single",)") != std::string::npos);
  CHECK(single.output.find("ROTA_JOB") == std::string::npos);
  CHECK_FALSE(environment.is_of_envelope);
}

void check_limits(const docker_backend& backend) {
  const auto engine = backend.make_executor();
  const attempt_result files =
      run(*engine, backend.order("files", "ulimit -n", R"(, "limits": {"open_files": 64})"));
  CHECK(files.output == "64\n");
  const attempt_result memory =
      run(*engine,
          backend.order("memory", "tail /dev/zero", R"(, "limits": {"memory_bytes": 33554432})"));
  CHECK(memory.signal == 9);
  CHECK((memory.message.empty() || memory.message == "out of memory"));
  const attempt_result much = run(*engine, backend.order("much", "yes | head -c 100000",
                                                         R"(, "limits": {"output_bytes": 1000})"));
  CHECK(much.output.size() == 1000);
  CHECK(much.output_is_cut);
  // Ten processes at a time exceed the limit of three.
  const std::string many = "for n in 1 2 3 4 5 6 7 8 9 0; do sleep 1000 & done; echo all";
  const attempt_result processes =
      run(*engine, backend.order("pids", many, R"(, "limits": {"pids": 3})"));
  CHECK(processes.output.empty());
  CHECK_FALSE(processes.error_tail.empty());
  CHECK(run(*engine, backend.order("cpus", "echo fine", R"(, "limits": {"cpus": 0.5})")).output ==
        "fine\n");
}

void check_stops(const docker_backend& backend) {
  const auto engine = backend.make_executor();
  // A child that is no shell, and has no handler for TERM.
  REQUIRE(ok(engine->start(backend.order("plain", "sleep 1000"))));
  CHECK(state_of(*engine, "plain") == attempt_state::running);
  REQUIRE(soon([&] { return engine->signal("plain", stop_signal::terminate).has_value(); }));
  REQUIRE(becomes(*engine, "plain", attempt_state::ended));
  CHECK(engine->result("plain")->signal == 15);
  CHECK(ok(engine->signal("plain", stop_signal::kill)));
  CHECK(ok(engine->signal("unknown", stop_signal::kill)));

  REQUIRE(ok(engine->start(backend.order(
      "tidy", "trap 'echo tidied; exit 5' TERM; echo ready; while :; do sleep 1; done"))));
  REQUIRE(soon([&] {
    return engine->output("tidy", output_stream::out, 0, 100)->value().bytes == "ready\n";
  }));
  CHECK_FALSE(engine->output("tidy", output_stream::out, 0, 100)->value().at_end);
  CHECK(ok(engine->signal("tidy", stop_signal::terminate)));
  REQUIRE(becomes(*engine, "tidy", attempt_state::ended));
  const auto tidy = engine->result("tidy");
  CHECK(tidy->exit_code == 5);
  CHECK(tidy->output == "ready\ntidied\n");
  CHECK(engine->output("tidy", output_stream::out, 6, 100)->value().at_end);

  REQUIRE(ok(
      engine->start(backend.order("deaf", "trap '' TERM; echo ready; while :; do sleep 1; done"))));
  REQUIRE(soon([&] {
    return engine->output("deaf", output_stream::out, 0, 100)->value().bytes == "ready\n";
  }));
  CHECK(ok(engine->signal("deaf", stop_signal::terminate)));
  CHECK(ok(engine->signal("deaf", stop_signal::kill)));
  REQUIRE(becomes(*engine, "deaf", attempt_state::ended));
  CHECK(engine->result("deaf")->signal == 9);

  auto late = backend.order("late", "trap '' TERM; sleep 1000; sleep 1000", R"(, "grace_ms": 100)");
  late.timeout = engine::milliseconds{200};
  const attempt_result how = run(*engine, late);
  CHECK(how.timed_out);
  CHECK(how.signal == 9);
  late = backend.order("early", "true");
  late.timeout = engine::milliseconds{100'000};
  CHECK_FALSE(run(*engine, late).timed_out);
}

void check_fences(const docker_backend& backend) {
  const auto engine = backend.make_executor();
  REQUIRE(ok(engine->start(backend.order("runs", "sleep 1000"))));
  CHECK(ok(engine->fence("runs")));
  CHECK(ok(engine->fence("runs")));
  CHECK(state_of(*engine, "runs") == attempt_state::lost);
  CHECK_FALSE(ok(engine->start(backend.order("runs", "echo runs >>/shared/ran"))));

  // Fenced before its first start, by another executor on the same folder.
  CHECK(ok(engine->fence("never")));
  CHECK_FALSE(
      ok(backend.make_executor()->start(backend.order("never", "echo never >>/shared/ran"))));
  CHECK(state_of(*engine, "never") == attempt_state::lost);
  CHECK(ok(engine->remove("never")));
  CHECK(ok(engine->remove("runs")));
  CHECK(engine->list()->empty());
  CHECK(lines_of(backend.shared() / "ran").empty());
}

void check_many(const docker_backend& backend) {
  hint_box hints; // outlives the executor
  const auto engine = backend.make_executor();
  engine->on_hint([&](const std::string& name) { hints.put(name); });
  REQUIRE(hints.wait_for("")); // it is connected
  std::vector<start_order> orders;
  for (int number = 0; number < 50; ++number)
    orders.push_back(
        backend.order("n" + std::to_string(number), "echo $ROTA_ATTEMPT >>/shared/ran"));
  std::atomic<std::size_t> next = 0;
  std::atomic<int> failures = 0;
  std::mutex why_mutex;
  std::string why;
  std::vector<std::thread> starters;
  for (int thread = 0; thread < 4; ++thread)
    starters.emplace_back([&] {
      for (std::size_t at = next++; at < orders.size(); at = next++)
        if (const auto begun = engine->start(orders[at]); !begun) {
          ++failures;
          const std::lock_guard lock{why_mutex};
          why += begun.error().message + "\n";
        }
    });
  for (auto& starter : starters)
    starter.join();
  INFO(why);
  REQUIRE(failures == 0);
  for (const auto& order : orders)
    REQUIRE(hints.wait_for(order.name));
  CHECK(soon([&] {
    const auto seen = engine->list();
    return seen && seen->size() == 50 && std::all_of(seen->begin(), seen->end(), [](auto& each) {
             return each.what == attempt_state::ended;
           });
  }));
  // Starting them again changes nothing.
  for (const auto& order : orders) {
    const auto again = engine->start(order);
    REQUIRE(ok(again));
    CHECK_FALSE(again->handle.empty());
    CHECK(again->at == engine->result(order.name)->started);
  }
  const auto lines = lines_of(backend.shared() / "ran");
  CHECK(lines.size() == 50);
  CHECK(std::set<std::string>(lines.begin(), lines.end()).size() == 50);
}

void check_links(const docker_backend& backend) {
  const auto engine = backend.make_executor();
  const attempt_result how = run(*engine, backend.order("link", "rm /rota/stdout; rm /rota/stderr; "
                                                                "ln -s /etc/passwd /rota/stdout; "
                                                                "mkfifo /rota/stderr"));
  CHECK(how.exit_code == 0);
  CHECK(how.output.empty());
  CHECK(how.error_tail.empty());
  CHECK(ok(engine->remove("link")));
  CHECK(engine->output("link", output_stream::out, 0, 10)->value().bytes.empty());
}

using check = void (*)(const docker_backend&);
void on(const std::string& engine, check what) {
  if (const auto backend = docker_backend::up(engine))
    what(*backend);
}

TEST_CASE("podman: results have exit code, signal, times and output") { on("podman", check_ends); }
TEST_CASE("podman: an attempt that can never start is refused") { on("podman", check_refusals); }
TEST_CASE("podman: payload, environment, folder and arguments reach the command unchanged") {
  on("podman", check_surroundings);
}
TEST_CASE("podman: limits hold") { on("podman", check_limits); }
TEST_CASE("podman: signals and the timeout reach all processes of an attempt") {
  on("podman", check_stops);
}
TEST_CASE("podman: a fenced attempt does not run") { on("podman", check_fences); }
TEST_CASE("podman: fifty attempts run once each, with hints and one list()") {
  on("podman", check_many);
}
TEST_CASE("podman: links that a command leaves in place of its output are not followed") {
  on("podman", check_links);
}

TEST_CASE("dockerd: results have exit code, signal, times and output") { on("docker", check_ends); }
TEST_CASE("dockerd: an attempt that can never start is refused") { on("docker", check_refusals); }
TEST_CASE("dockerd: payload, environment, folder and arguments reach the command unchanged") {
  on("docker", check_surroundings);
}
TEST_CASE("dockerd: limits hold") { on("docker", check_limits); }
TEST_CASE("dockerd: signals and the timeout reach all processes of an attempt") {
  on("docker", check_stops);
}
TEST_CASE("dockerd: a fenced attempt does not run") { on("docker", check_fences); }
TEST_CASE("dockerd: fifty attempts run once each, with hints and one list()") {
  on("docker", check_many);
}
TEST_CASE("dockerd: links that a command leaves in place of its output are not followed") {
  on("docker", check_links);
}

TEST_CASE("without an engine, starts fail temporarily and other calls fail") {
  const temporary_folder folder{"docker"};
  const auto engine = make_unreachable(folder);
  CHECK(engine->capacity() == 0.0);
  CHECK_FALSE(ok(engine->list()));
  CHECK_FALSE(ok(engine->result("a")));
  CHECK_FALSE(ok(engine->signal("a", stop_signal::kill)));
  CHECK_FALSE(ok(engine->fence("a")));
  CHECK_FALSE(ok(engine->remove("a")));
  const auto begun = engine->start({"b", "t", "u", {{"j", "1", 1, {}}}, R"({"image": "x"})", {}});
  REQUIRE_FALSE(ok(begun));
  CHECK(begun.error().kind == start_failure_kind::temporary);
  CHECK(begun.error().message.find("no-engine") != std::string::npos);
  engine->on_hint([](const std::string&) {});
}

} // namespace
} // namespace rota::tests
