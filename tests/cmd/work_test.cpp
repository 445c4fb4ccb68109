#include "cmd/rota/work/worker.hpp"
#include "json/slice.hpp"
#include "tests/cmd/fake_daemon.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

using namespace rota;
using namespace rota::client;
using rota::tests::fake_daemon;

namespace {

using words = std::vector<std::string>;

// A named pipe. A command that reads it blocks until open().
class gate {
public:
  gate() { REQUIRE(::mkfifo(path().c_str(), 0600) == 0); }
  [[nodiscard]] std::string path() const { return folder_.path() / "gate"; }
  void open() const { std::ofstream{path()} << "go\n"; }

private:
  const tests::temporary_folder folder_{"work"};
};

worker_listener silent_listener() {
  return {[](const settled_outcome&) {}, [](std::string_view) {}, [](const std::string&) {}};
}

// Runs a worker in its own thread against a fake daemon.
class running_worker {
public:
  explicit running_worker(fake_daemon& daemon, worker_options options) {
    REQUIRE(open_pipe(stop_) == 0);
    options.server = {"127.0.0.1", std::to_string(daemon.port())};
    options.name = "tester";
    thread_ = std::thread{[this, options] {
      status_ = worker{options, silent_listener(), stop_.read.get()}.run();
      // All commands have ended and been reaped.
      has_children_ = ::waitpid(-1, nullptr, WNOHANG | __WNOTHREAD) >= 0 || errno != ECHILD;
    }};
  }
  ~running_worker() {
    if (thread_.joinable())
      (void)stop();
  }

  void request_stop() const { REQUIRE(write_all(stop_.write, "x") == 0); }
  [[nodiscard]] exit_status join() {
    thread_.join();
    CHECK_FALSE(has_children_);
    return status_;
  }
  [[nodiscard]] exit_status stop() {
    request_stop();
    return join();
  }

private:
  system::pipe_ends stop_;
  std::thread thread_;
  exit_status status_ = exit_status::usage;
  bool has_children_ = false;
};

worker_options running(words command, std::size_t jobs = 1,
                       std::chrono::milliseconds pop_wait = std::chrono::milliseconds{200}) {
  worker_options options;
  options.command = std::move(command);
  options.jobs = jobs;
  options.pop_wait = pop_wait;
  return options;
}

worker_options shell(const std::string& script, std::size_t jobs = 1) {
  return running({"sh", "-c", script}, jobs);
}

// Extends its leases every 100 ms.
worker_options extending(worker_options options) {
  options.lease_ms = std::chrono::milliseconds{300};
  return options;
}

// Runs one job to its result and returns the item of job.complete.
std::string result_of(worker_options options, const std::string& payload) {
  fake_daemon daemon;
  daemon.push("j1", payload);
  running_worker worker{daemon, std::move(options)};
  daemon.wait_for_results(1);
  CHECK(worker.stop() == exit_status::done);
  return daemon.result(0);
}

std::string member(const std::string& json, std::string_view pointer) {
  const auto found = at_pointer(json_value{json}, pointer);
  return found ? std::string(found->raw()) : "none";
}

} // namespace

TEST_CASE("A command gets the payload on stdin and its JSON output is the result") {
  const std::string payload = R"({"a": 0.10, "b":"é"})";
  const std::string item = result_of(running({"cat"}), payload);
  CHECK(member(item, "/outcome") == "\"succeeded\"");
  CHECK(member(item, "/result") == payload);
}

TEST_CASE("A command has its job's identity in its environment, and its words stay whole") {
  const auto options = running({"sh", "-c",
                                "printf '%s|' \"$0\" \"$@\" $ROTA_JOB $ROTA_TENANT "
                                "$ROTA_TYPE $ROTA_ATTEMPT $ROTA_ATTEMPT_NUMBER",
                                "{/x}", "{}"});
  const std::string item = result_of(options, R"({"x":"a b $HOME *"})");
  CHECK(json_value{member(item, "/result")}.as_string() ==
        "a b $HOME *|{\"x\":\"a b $HOME *\"}|j1|acme|check|lease-1|1|");
}

TEST_CASE("A command that fails reports the end of its stderr") {
  const std::string item = result_of(
      shell("i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done; exit 3"), "{}");
  CHECK(member(item, "/outcome") == "\"failed\"");
  const std::string message = json_value{member(item, "/error/message")}.as_string();
  CHECK(message.starts_with("exit status 3: line "));
  CHECK(message.ends_with("line 1999"));
  CHECK(message.size() < 2100);
  CHECK(member(item, "/error/kind") == "\"exit\"");
  CHECK(member(item, "/retryable") == "none");
}

TEST_CASE("A command that a signal kills has failed") {
  const std::string item = result_of(shell("kill -9 $$"), "{}");
  CHECK(json_value{member(item, "/error/message")}.as_string() == "killed by signal 9 (Killed)");
  CHECK(member(item, "/error/kind") == "\"signal\"");
}

TEST_CASE("A missing command can be retried, a payload without the command's values cannot") {
  const std::string missing = result_of(running({"/nowhere/at/all"}), "{}");
  CHECK(member(missing, "/error/kind") == "\"start\"");
  CHECK(member(missing, "/retryable") == "none");
  const std::string unfit = result_of(running({"echo", "{/host}"}), "{}");
  CHECK(member(unfit, "/error/kind") == "\"command\"");
  CHECK(member(unfit, "/retryable") == "false");
}

TEST_CASE("Large outputs are drained and large inputs need not be read") {
  const std::string large(1'000'000, 'x');
  const std::string item = result_of(
      shell("head -c 8000000 /dev/zero | tr '\\0' 'y'; head -c 8000000 /dev/zero >&2; exit 0"),
      '"' + large + '"');
  CHECK(member(item, "/outcome") == "\"succeeded\"");
  CHECK(member(item, "/result") == '"' + std::string(65536, 'y') + '"');
}

TEST_CASE("A process that a command leaves behind does not delay its job") {
  const std::string item = result_of(shell("sleep 1000 & echo 5"), "{}");
  CHECK(member(item, "/result") == "5");
}

TEST_CASE("Exit status 75 defers with a checkpoint that the next attempt receives") {
  fake_daemon daemon;
  daemon.push("j1", "{}");
  running_worker worker{
      daemon, shell("[ -n \"$ROTA_CHECKPOINT\" ] && echo \"[$ROTA_CHECKPOINT]\" && exit 0; "
                    "echo '{\"at\": 7}'; exit 75")};
  daemon.wait_until([&] { return daemon.deferred.size() == 1; });
  const std::string deferred = daemon.deferred_item(0);
  CHECK(member(deferred, "/lease") == "\"lease-1\"");
  CHECK(member(deferred, "/checkpoint") == R"({"at": 7})");
  daemon.push("j1", "{}", R"({"at": 7})");
  daemon.wait_for_results(1);
  CHECK(member(daemon.result(0), "/result") == R"([{"at": 7}])");
  CHECK(worker.stop() == exit_status::done);
}

TEST_CASE("L6: as many commands run at a time as are allowed") {
  const std::array<gate, 5> gates;
  fake_daemon daemon;
  for (const auto& gate : gates)
    daemon.push("j", R"({"gate":")" + gate.path() + "\"}");
  running_worker worker{daemon, running({"sh", "-c", "read line < $0", "{/gate}"}, 3)};
  daemon.wait_until([&] { return daemon.leased.size() == 3; });
  for (const auto& gate : gates)
    gate.open();
  daemon.wait_for_results(5);
  CHECK(daemon.leased_max() == 3);
  CHECK(worker.stop() == exit_status::done);
}

TEST_CASE("Leases are extended while their commands run") {
  const gate gate;
  fake_daemon daemon;
  daemon.push("j1", "{}");
  running_worker worker{daemon, extending(shell("read line < " + gate.path() + "; echo 1"))};
  daemon.wait_until([&] { return daemon.extends >= 2; });
  gate.open();
  daemon.wait_for_results(1);
  CHECK(worker.stop() == exit_status::done);
}

TEST_CASE("A command whose lease is unknown is stopped and its result dropped") {
  fake_daemon daemon;
  daemon.push("j1", "{}");
  running_worker worker{
      daemon, extending(shell("if [ $ROTA_JOB = j1 ]; then exec sleep 1000; fi; echo 2"))};
  daemon.wait_until([&] { return daemon.leased.size() == 1; });
  daemon.forget_lease("lease-1");
  daemon.push("j2", "{}");
  daemon.wait_for_results(1);
  CHECK(member(daemon.result(0), "/job") == "\"j2\"");
  CHECK(worker.stop() == exit_status::done);
  CHECK(daemon.results_count() == 1);
}

TEST_CASE(
    "A cancelled command that ignores SIGTERM is killed with its group, and its job is cancelled") {
  fake_daemon daemon;
  daemon.push("j1", "{}");
  auto options = extending(shell("trap '' TERM; sleep 1000"));
  options.grace = std::chrono::milliseconds{50};
  running_worker worker{daemon, options};
  daemon.wait_until([&] { return daemon.leased.size() == 1; });
  daemon.cancel_lease("lease-1");
  daemon.wait_for_results(1);
  CHECK(member(daemon.result(0), "/outcome") == "\"failed\"");
  CHECK(member(daemon.result(0), "/error/kind") == "\"cancelled\"");
  CHECK(worker.stop() == exit_status::done);
}

TEST_CASE("A result whose answer was lost is sent again, and running commands continue") {
  const gate gate;
  fake_daemon daemon;
  daemon.push("quick", "{}");
  daemon.push("slow", "{}");
  daemon.lose_next_complete();
  running_worker worker{daemon, shell("if [ $ROTA_JOB = slow ]; then read line < " + gate.path() +
                                          "; fi; echo $ROTA_ATTEMPT",
                                      2)};
  daemon.wait_until([&] { return daemon.connections >= 2 && daemon.results.size() >= 2; });
  CHECK(member(daemon.result(0), "/job") == "\"quick\"");
  CHECK(member(daemon.result(1), "/job") == "\"quick\"");
  gate.open();
  daemon.wait_for_results(3);
  CHECK(member(daemon.result(2), "/job") == "\"slow\"");
  CHECK(member(daemon.result(2), "/result") == "\"lease-2\\n\"");
  CHECK(worker.stop() == exit_status::done);
}

TEST_CASE("After a request to stop, a worker waits for running commands and sends their results") {
  const gate gate;
  fake_daemon daemon;
  daemon.push("j1", "{}");
  running_worker worker{daemon, shell("read line < " + gate.path() + "; echo 1")};
  daemon.wait_until([&] { return daemon.leased.size() == 1; });
  worker.request_stop();
  gate.open();
  CHECK(worker.join() == exit_status::done);
  CHECK(daemon.results_count() == 1);
}

TEST_CASE("After a second request to stop, a worker releases its leases") {
  fake_daemon daemon;
  daemon.push("j1", "{}");
  running_worker worker{daemon, running({"sleep", "1000"})};
  daemon.wait_until([&] { return daemon.leased.size() == 1; });
  worker.request_stop();
  worker.request_stop();
  CHECK(worker.join() == exit_status::done);
  CHECK(daemon.released_leases() == words{"lease-1"});
  CHECK(daemon.results_count() == 0);
}

TEST_CASE("An idle worker ends at once although the daemon still holds its pop") {
  fake_daemon daemon;
  running_worker worker{daemon, running({"true"}, 1, std::chrono::minutes{1})};
  daemon.wait_until([&] { return daemon.held_pops.size() == 1; });
  CHECK(worker.stop() == exit_status::done);
}

TEST_CASE("A lease that arrives at the end of a held pop is released") {
  fake_daemon daemon;
  daemon.grant_on_end("late", "{}");
  running_worker worker{daemon, running({"true"}, 1, std::chrono::minutes{1})};
  daemon.wait_until([&] { return daemon.held_pops.size() == 1; });
  CHECK(worker.stop() == exit_status::done);
  CHECK(daemon.released_leases() == words{"lease-1"});
  CHECK(daemon.results_count() == 0);
}

TEST_CASE("A worker whose requests the daemon refuses ends with that status") {
  fake_daemon daemon;
  daemon.refuse_pops("invalid");
  running_worker worker{daemon, running({"true"})};
  CHECK(worker.join() == exit_status::refused);
}

TEST_CASE("Without a daemon, a worker ends with the status for no connection") {
  int port = 0;
  {
    fake_daemon gone;
    port = gone.port();
  }
  worker_options options = running({"true"});
  options.server = {"127.0.0.1", std::to_string(port)};
  CHECK(worker{options, silent_listener(), -1}.run() == exit_status::no_connection);
}
