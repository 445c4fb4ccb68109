// The process executor as used by the runner and the poller.
#include "tests/executors/process_fixture.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace rota::executors::process_tests {
namespace {

using engine::milliseconds;

std::string pid_line(const process_fixture& fixture, const std::string& file) {
  const auto lines = lines_of(fixture.path(file));
  return lines.empty() ? std::string{} : lines.front();
}

/// Returns the number that a script wrote to a file of the fixture's folder.
int pid_in(const process_fixture& fixture, const std::string& file) {
  REQUIRE(soon([&] { return !pid_line(fixture, file).empty(); }));
  return std::stoi(pid_line(fixture, file));
}

TEST_CASE(
    "A process: the command gets its payload, arguments and variables, and its result is known") {
  process_fixture fixture;
  auto order = process_fixture::script(
      "a-1",
      "cat; echo \" $ROTA_JOB $ROTA_TENANT $ROTA_TYPE $ROTA_ATTEMPT $COLOR $0\"; pwd; "
      "echo no >&2; exit 3",
      R"("env":{"COLOR":"red"},"cwd":"/usr")");
  order.options.replace(order.options.find("],"), 1, R"(,"n={/n}"])");
  const started began = fixture.must_start(order);
  CHECK(began.handle.find("pid:") == 0);
  CHECK(began.handle.find(" boot:") != std::string::npos);
  const attempt_result end = fixture.must_end("a-1");
  CHECK(end.exit_code == 3);
  CHECK_FALSE(end.signal);
  CHECK_FALSE(end.timed_out);
  CHECK(end.output == "{\"n\":1} job-of-a-1 acme build a-1 red n=1\n/usr\n");
  CHECK_FALSE(end.output_is_cut);
  CHECK(end.error_tail == "no\n");
  CHECK(end.started == began.at);
  CHECK(end.finished >= end.started);
  CHECK(end.jobs.empty());
  CHECK(fixture.state_of("a-1") == attempt_state::ended);
}

TEST_CASE("A process: output is returned unchanged") {
  process_fixture fixture;
  fixture.start_script("a-1", R"(printf 'a\000\377\200b'; printf x >&2)");
  fixture.must_end("a-1");
  CHECK(fixture.all_output("a-1", output_stream::out) == std::string("a\0\xff\x80"
                                                                     "b",
                                                                     5));
  CHECK(fixture.all_output("a-1", output_stream::err) == "x");
  REQUIRE(fixture.backend().remove("a-1").has_value());
  CHECK(fixture.all_output("a-1", output_stream::err) == "x");
  const auto unknown = fixture.backend().output("a-2", output_stream::out, 0, 10);
  REQUIRE(unknown.has_value());
  CHECK_FALSE(unknown->has_value());
}

TEST_CASE("A process: output can be read while the command runs") {
  process_fixture fixture;
  fixture.start_script("a-1", "echo begun; exec sleep 1000");
  REQUIRE(soon([&] {
    const auto piece = fixture.backend().output("a-1", output_stream::out, 0, 100);
    return piece && *piece && (*piece)->bytes == "begun\n" && !(*piece)->at_end;
  }));
  CHECK(fixture.state_of("a-1") == attempt_state::running);
}

TEST_CASE("A process: a repeated start does not run it twice") {
  process_fixture fixture;
  const auto order =
      process_fixture::script("a-1", "echo ran >> " + fixture.path("runs") + "; read line; exit 4");
  const started first = fixture.must_start(order);
  const started second = fixture.must_start(order);
  CHECK(first.handle == second.handle);
  CHECK(first.at == second.at);
  fixture.must_end("a-1");
  CHECK(fixture.must_start(order).handle == first.handle);
  REQUIRE(fixture.backend().remove("a-1").has_value());
  CHECK(fixture.must_start(order).handle == first.handle);
  CHECK_FALSE(fixture.state_of("a-1"));
  CHECK(lines_of(fixture.path("runs")).size() == 1);
}

TEST_CASE("A process: concurrent starts of one name run it once") {
  process_fixture fixture;
  const auto order = process_fixture::script("a-1", "echo ran >> " + fixture.path("runs"));
  std::vector<std::thread> starts;
  std::vector<std::string> handles(8);
  for (std::size_t i = 0; i < handles.size(); ++i)
    starts.emplace_back([&, i] {
      const auto result = fixture.backend().start(order);
      handles[i] = result ? result->handle : result.error().message;
    });
  for (std::thread& start : starts)
    start.join();
  fixture.must_end("a-1");
  CHECK(std::set<std::string>(handles.begin(), handles.end()).size() == 1);
  CHECK(lines_of(fixture.path("runs")).size() == 1);
}

TEST_CASE("A process: one that can never run is refused and leaves nothing behind") {
  process_fixture fixture;
  start_order order = process_fixture::script("a-1", "true");
  std::string reason;
  SECTION("no such command") {
    order.options = R"({"command":["/no/such/program"]})";
    reason = "cannot run /no/such/program: No such file or directory";
  }
  SECTION("no such command in the PATH") {
    order.options = R"({"command":["no-such-program"]})";
    reason = "cannot run no-such-program: No such file or directory";
  }
  SECTION("more words than the kernel takes") {
    order.options = R"({"command":["true",")" + std::string(131'072, 'x') + "\"]}";
    reason = "cannot run true: Argument list too long";
  }
  SECTION("more words in all than the kernel takes") {
    order.options = R"({"command":["true")";
    for (int word = 0; word < 30; ++word)
      order.options += ",\"" + std::string(100'000, 'x') + '"';
    order.options += "]}";
    reason = "cannot run true: Argument list too long";
  }
  SECTION("not a program") {
    order.options = R"({"command":["/etc/passwd"]})";
    reason = "cannot run /etc/passwd: Permission denied";
  }
  SECTION("no such folder") {
    order.options = R"({"command":["true"],"cwd":"/no/such/folder"})";
    reason = "the working folder /no/such/folder: No such file or directory";
  }
  SECTION("no command") {
    order.options = R"({"command":[]})";
    reason = "the type's executor settings have no command";
  }
  SECTION("a word that the payload lacks") {
    order.options = R"({"command":["echo","{/x}"]})";
    reason = "the payload has no member /x";
  }
  const auto result = fixture.backend().start(order);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == start_failure_kind::refused);
  CHECK(result.error().message == reason);
  CHECK_FALSE(fixture.state_of("a-1"));
  CHECK(std::filesystem::is_empty(fixture.path("live")));
}

TEST_CASE("A process: a program that the kernel does not accept ends with 127 and the reason") {
  process_fixture fixture;
  const std::string program = fixture.path("program");
  {
    std::FILE* file = std::fopen(program.c_str(), "w");
    std::fputs("#!/no/such/interpreter\n", file);
    std::fclose(file);
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  }
  auto order = process_fixture::script("a-1", "");
  order.options = R"({"command":[)" + quoted(program) + "]}";
  fixture.must_start(order);
  const attempt_result end = fixture.must_end("a-1");
  CHECK(end.exit_code == 127);
  CHECK(end.message == "cannot run " + program + ": No such file or directory");
}

TEST_CASE("A process: a broken backend is not the job's failure") {
  process_fixture fixture;
  const auto backend = make_process_executor({"process", "i", fixture.path("."), "{}", "/no/such"});
  const auto result = backend->start(process_fixture::script("a-1", "true"));
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == start_failure_kind::temporary);
  CHECK(result.error().message == "cannot run /no/such/rota-shim: No such file or directory");
  CHECK(fixture.state_of("a-1") == attempt_state::created);
  fixture.start_script("a-1", "true");
  CHECK(fixture.must_end("a-1").exit_code == 0);

  const auto homeless = make_process_executor({"process", "i", "/no/such", "{}", "/no/such"});
  CHECK_FALSE(homeless->list().has_value());
  CHECK_FALSE(homeless->start(process_fixture::script("a-1", "true")).has_value());
}

TEST_CASE("A process: at its timeout it gets TERM and after the grace KILL") {
  process_fixture fixture;
  auto kind = process_fixture::script("kind", "trap 'echo bye; exit 7' TERM; echo up; "
                                              "while :; do sleep 0.01; done");
  kind.timeout = milliseconds{300};
  auto deaf = process_fixture::script("deaf", "trap '' TERM; while :; do sleep 0.01; done",
                                      R"("grace_ms":100)");
  deaf.timeout = milliseconds{100};
  fixture.must_start(kind);
  fixture.must_start(deaf);
  const attempt_result kind_end = fixture.must_end("kind");
  CHECK(kind_end.timed_out);
  CHECK(kind_end.exit_code == 7);
  CHECK(kind_end.output == "up\nbye\n");
  CHECK(kind_end.message == "timed out after 300 ms");
  const attempt_result deaf_end = fixture.must_end("deaf");
  CHECK(deaf_end.timed_out);
  CHECK(deaf_end.signal == SIGKILL);
  CHECK(deaf_end.finished - deaf_end.started >= milliseconds{200});
}

TEST_CASE("A process: signals reach it, and are no error after its end") {
  process_fixture fixture;
  fixture.start_script("kind", "trap 'exit 9' TERM; echo up; "
                               "while :; do sleep 0.01; done");
  fixture.start_script("deaf", "trap '' TERM; echo up; "
                               "while :; do sleep 0.01; done");
  for (const std::string name : {"kind", "deaf"})
    REQUIRE(soon([&] { return read_whole(fixture.run_path(name, "out")) == "up\n"; }));
  REQUIRE(fixture.backend().signal("kind", stop_signal::terminate).has_value());
  CHECK(fixture.must_end("kind").exit_code == 9);
  REQUIRE(fixture.backend().signal("deaf", stop_signal::kill).has_value());
  CHECK(fixture.must_end("deaf").signal == SIGKILL);
  CHECK_FALSE(fixture.must_end("deaf").timed_out);
  CHECK(fixture.backend().signal("deaf", stop_signal::kill).has_value());
  CHECK(fixture.backend().signal("unknown", stop_signal::kill).has_value());
}

TEST_CASE("A process: after TERM the grace is enforced even without the daemon") {
  process_fixture fixture;
  fixture.start_script("deaf", "trap '' TERM; echo up; while :; do sleep 0.01; done",
                       R"("grace_ms":100)");
  REQUIRE(soon([&] { return read_whole(fixture.run_path("deaf", "out")) == "up\n"; }));
  REQUIRE(fixture.backend().signal("deaf", stop_signal::terminate).has_value());
  fixture.restart();
  CHECK(fixture.must_end("deaf").signal == SIGKILL);
}

TEST_CASE("A process: none of its descendants outlives it") {
  process_fixture fixture;
  fixture.start_script("a-1", "sleep 1000 & echo $! > " + fixture.path("child") +
                                  "; setsid sh -c 'sleep 1000 & echo $! > " +
                                  fixture.path("grandchild") + "; wait' & while ! [ -s " +
                                  fixture.path("grandchild") + " ]; do sleep 0.01; done; exit 0");
  CHECK(fixture.must_end("a-1").exit_code == 0);
  CHECK_FALSE(lives(pid_in(fixture, "child")));
  CHECK_FALSE(lives(pid_in(fixture, "grandchild")));
}

TEST_CASE("A process: a new daemon finds all attempts, with the ends that it missed") {
  process_fixture fixture;
  const std::string go = fixture.path("go");
  fixture.start_script("ends", "while ! [ -e " + go +
                                   " ]; do sleep 0.01; done; "
                                   "exit 5");
  fixture.start_script("runs", "exec sleep 1000");
  fixture.start_script("ended", "exit 6");
  fixture.must_end("ended");
  fixture.restart();
  CHECK(fixture.state_of("runs") == attempt_state::running);
  CHECK(fixture.state_of("ends") == attempt_state::running);
  CHECK(fixture.state_of("ended") == attempt_state::ended);
  std::filesystem::create_directory(go);
  CHECK(fixture.must_end("ends").exit_code == 5);
  CHECK(fixture.must_end("ended").exit_code == 6);
  CHECK(fixture.backend().signal("runs", stop_signal::kill).has_value());
  CHECK(fixture.must_end("runs").signal == SIGKILL);
}

TEST_CASE("A process: an end without a daemon is hinted to the next one") {
  process_fixture fixture;
  const auto lonely =
      make_process_executor({"process", "i", fixture.path("."), "{}",
                             std::filesystem::path(ROTA_SHIM_BINARY).parent_path()});
  fixture.start_script("a-1", "exit 0");
  fixture.must_end("a-1");
  std::filesystem::create_directories(fixture.path("elsewhere"));
  // A mark that was not taken, as left while no daemon ran.
  std::FILE* mark = std::fopen(fixture.path("marks/a-2").c_str(), "w");
  std::fclose(mark);
  fixture.restart();
  CHECK(fixture.hints.wait_for("a-2"));
  CHECK(soon([&] { return std::filesystem::is_empty(fixture.path("marks")); }));
}

TEST_CASE("A process: a running attempt cannot be removed, an unknown one can") {
  process_fixture fixture;
  fixture.start_script("a-1", "exec sleep 1000");
  CHECK_FALSE(fixture.backend().remove("a-1").has_value());
  CHECK_FALSE(fixture.backend().result("a-1").has_value());
  CHECK(fixture.backend().remove("a-2").has_value());
  CHECK_FALSE(fixture.backend().remove("../live").has_value());
}

TEST_CASE("A process: a batch as an envelope is one run") {
  process_fixture fixture;
  auto order = process_fixture::script("a-1", "cat; echo; echo \"[$ROTA_JOB]\"");
  order.takes_batches = true;
  order.jobs.push_back({"second", "2", 1, std::nullopt});
  fixture.must_start(order);
  const attempt_result end = fixture.must_end("a-1");
  CHECK(end.is_of_envelope);
  CHECK(end.output == R"({"jobs":[{"id":"job-of-a-1","payload":{"n":1},"attempt":1},)"
                      R"({"id":"second","payload":2,"attempt":1}]})"
                      "\n[]\n");
  CHECK(end.jobs.empty());

  auto alone = process_fixture::script("a-2", "cat");
  alone.takes_batches = true;
  fixture.must_start(alone);
  CHECK(fixture.must_end("a-2").is_of_envelope);
  fixture.start_script("a-3", "cat");
  CHECK_FALSE(fixture.must_end("a-3").is_of_envelope);
}

TEST_CASE("A process: it belongs to its job's trace, never to the daemon's") {
  ::setenv("TRACEPARENT", "of the daemon", 1);
  ::setenv("TRACESTATE", "too", 1);
  process_fixture fixture;
  auto order = process_fixture::script("a-1", "echo ${TRACEPARENT-none} ${TRACESTATE-none}",
                                       R"("batch":"loop")");
  order.takes_batches = true;
  order.jobs = {
      {"one", "0", 1, {}, engine::trace_context{"00-a", "x=1"}},
      {"two", "0", 1, {}, engine::trace_context{"00-b", ""}},
      {"three", "0", 1, {}},
  };
  fixture.must_start(order);
  CHECK(fixture.must_end("a-1").output == "00-a x=1\n00-b none\nnone none\n");
  ::unsetenv("TRACEPARENT");
  ::unsetenv("TRACESTATE");
}

TEST_CASE("A process: a batch as a loop runs job by job, each with its own result") {
  process_fixture fixture;
  auto order = process_fixture::script("a-1", "echo \"$ROTA_JOB $(cat)\"; echo e$1 >&2; exit $1",
                                       R"("batch":"loop")");
  order.options.replace(order.options.find("],"), 1, R"(,"sh","{}"])");
  order.jobs = {{"one", "0", 1, std::nullopt},
                {"two", "12", 2, std::nullopt},
                {"three", "0", 1, std::nullopt}};
  fixture.must_start(order);
  const attempt_result end = fixture.must_end("a-1");
  CHECK(end.exit_code == 12);
  CHECK(end.output == "one 0\ntwo 12\nthree 0\n");
  REQUIRE(end.jobs.size() == 3);
  CHECK(end.jobs[0].job == "one");
  CHECK(end.jobs[0].exit_code == 0);
  CHECK(end.jobs[0].output == "one 0\n");
  CHECK(end.jobs[1].job == "two");
  CHECK(end.jobs[1].exit_code == 12);
  CHECK(end.jobs[1].output == "two 12\n");
  CHECK(end.jobs[1].error_tail == "e12\n");
  CHECK(end.jobs[2].output == "three 0\n");
  CHECK(end.jobs[1].started >= end.jobs[0].finished);
}

TEST_CASE("A process: the result of a stopped loop lacks the jobs that never began") {
  process_fixture fixture;
  auto order = process_fixture::script("a-1",
                                       "trap 'exit 0' TERM; echo up; "
                                       "while :; do sleep 0.01; done",
                                       R"("batch":"loop")");
  order.jobs.push_back({"second", "2", 1, std::nullopt});
  fixture.must_start(order);
  REQUIRE(soon([&] { return read_whole(fixture.run_path("a-1", "out")) == "up\n"; }));
  REQUIRE(fixture.backend().signal("a-1", stop_signal::terminate).has_value());
  const attempt_result end = fixture.must_end("a-1");
  REQUIRE(end.jobs.size() == 1);
  CHECK(end.jobs[0].exit_code == 0);
  CHECK(end.signal == SIGTERM);
}

TEST_CASE("A process: 200 attempts at the same time run once each") {
  process_fixture fixture;
  constexpr int attempts = 200;
  std::vector<std::thread> starts;
  for (int thread = 0; thread < 8; ++thread)
    starts.emplace_back([&, thread] {
      for (int i = thread; i < attempts; i += 8) {
        const auto order = process_fixture::script("a-" + std::to_string(i),
                                                   "echo $ROTA_ATTEMPT >> " + fixture.path("runs"));
        while (!fixture.backend().start(order)) {
        }
      }
    });
  for (std::thread& start : starts)
    start.join();
  for (int i = 0; i < attempts; ++i)
    CHECK(fixture.must_end("a-" + std::to_string(i)).exit_code == 0);
  const auto runs = lines_of(fixture.path("runs"));
  CHECK(runs.size() == attempts);
  CHECK(std::set<std::string>(runs.begin(), runs.end()).size() == attempts);
}

} // namespace
} // namespace rota::executors::process_tests
