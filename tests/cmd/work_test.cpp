#include "cmd/protocol/json_slice.hpp"
#include "cmd/protocol/json_write.hpp"
#include "cmd/rota/work/job_command.hpp"
#include "cmd/rota/work/outbox.hpp"
#include "cmd/rota/work/outcome.hpp"
#include "cmd/rota/work/worker.hpp"
#include "tests/cmd/fake_daemon.hpp"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

using namespace rota::client;
using rota::protocol::json_value;
using rota::tests::fake_daemon;

namespace {

using words = std::vector<std::string>;

std::string filled(const words& rule, std::string_view payload) {
  const auto made = filled_words({rule, false}, json_value{payload});
  if (!made)
    return "error: " + made.error();
  std::string all;
  for (const auto& word : *made)
    all += "<" + word + ">";
  return all;
}

// A folder that is removed in the end, with pipes by name that commands can wait at.
class scratch_folder {
public:
  scratch_folder() : path_("/tmp/rota-work-test-XXXXXX") { REQUIRE(::mkdtemp(path_.data())); }
  ~scratch_folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  // A command that reads it waits until open_gate().
  [[nodiscard]] std::string make_gate(const std::string& name) const {
    REQUIRE(::mkfifo(file(name).c_str(), 0600) == 0);
    return file(name);
  }
  static void open_gate(const std::string& path) { std::ofstream{path} << "go\n"; }

private:
  std::string path_;
};

// A worker in a thread of its own against a fake daemon.
class running_worker {
public:
  explicit running_worker(fake_daemon& daemon, worker_options options) {
    std::signal(SIGPIPE, SIG_IGN);
    REQUIRE(::pipe2(stop_.data(), O_CLOEXEC) == 0);
    options.server = {"127.0.0.1", std::to_string(daemon.port())};
    options.name = "tester";
    worker_listener listener{[](const settled_outcome&) {}, [](std::string_view) {},
                             [](const std::string&) {}};
    thread_ = std::thread{[this, options, listener] {
      status_ = worker{options, listener, stop_[0]}.run();
      // All of its commands are gone, none is left as a zombie.
      has_children_ = ::waitpid(-1, nullptr, WNOHANG | __WNOTHREAD) >= 0 || errno != ECHILD;
    }};
  }
  ~running_worker() {
    if (thread_.joinable())
      (void)stop();
    ::close(stop_[0]);
    ::close(stop_[1]);
  }

  void ask_to_stop() const { REQUIRE(::write(stop_[1], "x", 1) == 1); }
  [[nodiscard]] exit_status join() {
    thread_.join();
    CHECK_FALSE(has_children_);
    return status_;
  }
  [[nodiscard]] exit_status stop() {
    ask_to_stop();
    return join();
  }

private:
  std::array<int, 2> stop_{};
  std::thread thread_;
  exit_status status_ = exit_status::usage;
  bool has_children_ = false;
};

worker_options running(words command, std::size_t jobs = 1) {
  worker_options options;
  options.command.words = std::move(command);
  options.jobs = jobs;
  options.pop_wait = std::chrono::milliseconds{200};
  return options;
}

worker_options shell(const std::string& script, std::size_t jobs = 1) {
  return running({"sh", "-c", script}, jobs);
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

job_outcome outcome(const std::string& lease, outcome_kind kind, const std::string& json = {}) {
  job_outcome made;
  made.lease = lease;
  made.job = "job-" + lease;
  made.kind = kind;
  made.json = json;
  return made;
}

} // namespace

TEST_CASE("Placeholders are filled with the payload and its parts") {
  const std::string payload = R"({"host":"a b","port":443,"tags":["x",{"y":null}],"q":"\"é"})";
  CHECK(filled({"check", "{/host}", "--port={/port}"}, payload) == "<check><a b><--port=443>");
  CHECK(filled({"c", "{/host}:{/port}{/tags/0}"}, payload) == "<c><a b:443x>");
  CHECK(filled({"c", "{}"}, payload) == "<c><" + payload + ">");
  CHECK(filled({"c", "{/tags/1}", "{/q}"}, payload) == "<c><{\"y\":null}><\"é>");
  CHECK(filled({"awk", "{print $1}", "{", "}", "${x}", "{{/port}}"}, payload) ==
        "<awk><{print $1}><{><}><${x}><{443}>");
  CHECK(filled({"c", "{}"}, R"("text")") == "<c><\"text\">");
}

TEST_CASE("A placeholder that leads nowhere is a mistake of the job") {
  CHECK(filled({"c", "{/none}"}, R"({"a":1})") == "error: the payload has no /none");
  CHECK(filled({"c", "{/a}"}, R"({"a":"\u0000"})") ==
        "error: the payload has a zero character, which no argument can hold");
  CHECK(filled({"{/a}"}, R"({"a":""})") == "error: the command's name is empty");
}

TEST_CASE("A payload's own command is taken as it is, after the words that are given") {
  const auto made =
      filled_words({{"nice"}, true}, json_value{R"({"command":["echo","{}","{/a}"],"a":1})"});
  REQUIRE(made.has_value());
  CHECK(*made == words{"nice", "echo", "{}", "{/a}"});
  for (const auto payload :
       {"{}", "null", R"({"command":"echo"})", R"({"command":[]})", R"({"command":["a",1]})"}) {
    CHECK(filled_words({{}, true}, json_value{payload}).has_error());
  }
}

TEST_CASE("Output becomes a result: JSON as it is, else text, else nothing") {
  CHECK(result_of_output(" {\"a\": 0.10,\n\"b\":[]}\n", false) == "{\"a\": 0.10, \"b\":[]}");
  CHECK(result_of_output("", false).empty());
  CHECK(result_of_output(" \n\t", false).empty());
  CHECK(result_of_output("two words\n", false) == R"("two words\n")");
  CHECK(result_of_output("{\"a\":1,\"a\":2}", false) == R"("{\"a\":1,\"a\":2}")");
  CHECK(result_of_output("\xff!", false) == "\"\xEF\xBF\xBD!\"");
  CHECK(result_of_output("17", true) == "\"17\"");
  CHECK(result_of_output(std::string(100'000, 'x'), false) == '"' + std::string(65536, 'x') + '"');
  CHECK(result_of_output(std::string(100, '[') + std::string(100, ']'), false).front() == '"');
}

TEST_CASE("The outbox sends what gathered in one request and settles it item by item") {
  outbox box;
  box.add(outcome("l1", outcome_kind::succeeded, "[1]"));
  box.add(outcome("l2", outcome_kind::failed));
  box.add(outcome("l3", outcome_kind::deferred, "{}"));
  const auto first = box.next();
  REQUIRE(first);
  CHECK(first->method == "job.complete");
  CHECK(first->params ==
        R"({"results":[{"lease":"l1","job":"job-l1","outcome":"succeeded","result":[1]},)"
        R"({"lease":"l2","job":"job-l2","outcome":"failed","error":{"message":"","kind":""}}]})");
  CHECK_FALSE(box.next());
  const auto settled = box.answered(
      json_value{R"({"results":[{"lease":"l1","job":"job-l1","state":"succeeded"},)"
                 R"({"lease":"l2","error":{"kind":"lease_lost","message":"gone"}}]})"});
  REQUIRE(settled.size() == 2);
  CHECK(settled[0].state == "succeeded");
  CHECK(settled[1].state.empty());
  CHECK(settled[1].note == "its lease is over");
  const auto second = box.next();
  REQUIRE(second);
  CHECK(second->method == "job.defer");
  CHECK(second->params == R"({"leases":[{"lease":"l3","job":"job-l3","checkpoint":{}}]})");
  CHECK(box.answered(json_value{R"({"deferred":[],"unknown":[]})"})[0].state == "delayed");
  CHECK(box.empty());
}

TEST_CASE("The outbox keeps what was under way when the connection was lost, in order") {
  outbox box;
  box.add(outcome("l1", outcome_kind::succeeded));
  box.add(outcome("l2", outcome_kind::succeeded));
  const auto first = box.next();
  box.connection_lost();
  const auto again = box.next();
  REQUIRE(again);
  CHECK(again->params == first->params);
  const auto settled = box.answered(json_value{
      R"({"results":[{"error":{"kind":"lease_lost"}},{"error":{"kind":"unavailable"}}]})"});
  REQUIRE(settled.size() == 1);
  CHECK(settled[0].note.find("may have been taken") != std::string::npos);
  CHECK_FALSE(box.empty());
}

TEST_CASE("The outbox finds the outcome that the daemon refuses and drops no more than it must") {
  outbox box;
  box.add(outcome("l1", outcome_kind::succeeded, "1"));
  box.add(outcome("l2", outcome_kind::succeeded, "2"));
  rota::protocol::call_error too_large;
  too_large.kind = "too_large";
  too_large.message = "too large";
  (void)box.next();
  CHECK(box.refused(too_large).empty());
  CHECK(box.next()->params.find("l2") == std::string::npos);
  CHECK(box.refused(too_large).empty());
  CHECK(box.next()->params ==
        R"({"results":[{"lease":"l1","job":"job-l1","outcome":"succeeded"}]})");
  auto settled = box.answered(json_value{R"({"results":[{"state":"succeeded"}]})"});
  CHECK(settled.at(0).note == "its result was left out: too large");
  CHECK(box.next()->params.find("\"result\":2") != std::string::npos);
  CHECK(box.refused(too_large).empty());
  (void)box.next();
  settled = box.refused(too_large);
  CHECK(settled.at(0).state.empty());
  CHECK(box.empty());
}

TEST_CASE("The outbox waits when the storage is away") {
  outbox box;
  box.add(outcome("l1", outcome_kind::succeeded, "1"));
  rota::protocol::call_error away;
  away.kind = "unavailable";
  const auto first = box.next();
  CHECK(box.refused(away).empty());
  CHECK(box.next()->params == first->params);
}

TEST_CASE("A command gets the payload on stdin and its JSON output is the result") {
  const std::string payload = R"({"a": 0.10, "b":"é"})";
  const std::string item = result_of(running({"cat"}), payload);
  CHECK(member(item, "/outcome") == "\"succeeded\"");
  CHECK(member(item, "/result") == payload);
}

TEST_CASE("A command knows whose it is and its words stay whole") {
  const auto options = running({"sh", "-c",
                                "printf '%s|' \"$0\" \"$@\" $ROTA_JOB $ROTA_TENANT "
                                "$ROTA_TYPE $ROTA_ATTEMPT $ROTA_ATTEMPT_NUMBER",
                                "{/x}", "{}"});
  const std::string item = result_of(options, R"({"x":"a b $HOME *"})");
  CHECK(json_value{member(item, "/result")}.as_string() ==
        "a b $HOME *|{\"x\":\"a b $HOME *\"}|j1|acme|check|lease-1|1|");
}

TEST_CASE("A command that fails tells the end of its stderr") {
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

TEST_CASE("A command that isn't there has failed, a payload that doesn't fit ends its job") {
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

TEST_CASE("A process that a command leaves behind doesn't hold up its job") {
  const std::string item = result_of(shell("sleep 1000 & echo 5"), "{}");
  CHECK(member(item, "/result") == "5");
}

TEST_CASE("Exit status 75 defers with a checkpoint that the next try finds") {
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

TEST_CASE("As many commands run at a time as are allowed") {
  const scratch_folder folder;
  std::vector<std::string> gates;
  fake_daemon daemon;
  for (int i = 0; i < 5; ++i) {
    gates.push_back(folder.make_gate("gate-" + std::to_string(i)));
    daemon.push("j" + std::to_string(i), R"({"gate":")" + gates.back() + "\"}");
  }
  running_worker worker{daemon, running({"sh", "-c", "read line < $0", "{/gate}"}, 3)};
  daemon.wait_until([&] { return daemon.leased.size() == 3; });
  for (const auto& gate : gates)
    scratch_folder::open_gate(gate);
  daemon.wait_for_results(5);
  CHECK(daemon.most_leased() == 3);
  CHECK(worker.stop() == exit_status::done);
}

TEST_CASE("Leases are extended while their commands run") {
  const scratch_folder folder;
  const std::string gate = folder.make_gate("gate");
  fake_daemon daemon;
  daemon.push("j1", "{}");
  auto options = shell("read line < " + gate + "; echo 1");
  options.lease_ms = std::chrono::milliseconds{300};
  running_worker worker{daemon, options};
  daemon.wait_until([&] { return daemon.extends >= 2; });
  scratch_folder::open_gate(gate);
  daemon.wait_for_results(1);
  CHECK(worker.stop() == exit_status::done);
}

TEST_CASE("A command whose lease is unknown is stopped and its result dropped") {
  fake_daemon daemon;
  daemon.push("j1", "{}");
  auto options = shell("if [ $ROTA_JOB = j1 ]; then exec sleep 1000; fi; echo 2");
  options.lease_ms = std::chrono::milliseconds{300};
  running_worker worker{daemon, options};
  daemon.wait_until([&] { return daemon.leased.size() == 1; });
  daemon.forget_lease("lease-1");
  daemon.push("j2", "{}");
  daemon.wait_for_results(1);
  CHECK(member(daemon.result(0), "/job") == "\"j2\"");
  CHECK(worker.stop() == exit_status::done);
  CHECK(daemon.results_count() == 1);
}

TEST_CASE("A cancelled command that doesn't listen is killed with its group, and that is its end") {
  fake_daemon daemon;
  daemon.push("j1", "{}");
  auto options = shell("trap '' TERM; sleep 1000");
  options.lease_ms = std::chrono::milliseconds{300};
  options.grace = std::chrono::milliseconds{50};
  running_worker worker{daemon, options};
  daemon.wait_until([&] { return daemon.leased.size() == 1; });
  daemon.cancel_lease("lease-1");
  daemon.wait_for_results(1);
  CHECK(member(daemon.result(0), "/outcome") == "\"failed\"");
  CHECK(member(daemon.result(0), "/error/kind") == "\"cancelled\"");
  CHECK(worker.stop() == exit_status::done);
}

TEST_CASE("A result whose answer was lost is sent again, and running commands live on") {
  const scratch_folder folder;
  const std::string gate = folder.make_gate("gate");
  fake_daemon daemon;
  daemon.push("quick", "{}");
  daemon.push("slow", "{}");
  daemon.lose_next_complete();
  running_worker worker{
      daemon,
      shell("if [ $ROTA_JOB = slow ]; then read line < " + gate + "; fi; echo $ROTA_ATTEMPT", 2)};
  daemon.wait_until([&] { return daemon.connections >= 2 && daemon.results.size() >= 2; });
  CHECK(member(daemon.result(0), "/job") == "\"quick\"");
  CHECK(member(daemon.result(1), "/job") == "\"quick\"");
  scratch_folder::open_gate(gate);
  daemon.wait_for_results(3);
  CHECK(member(daemon.result(2), "/job") == "\"slow\"");
  CHECK(member(daemon.result(2), "/result") == "\"lease-2\\n\"");
  CHECK(worker.stop() == exit_status::done);
}

TEST_CASE("Asked to stop, a worker waits for what runs and tells its result") {
  const scratch_folder folder;
  const std::string gate = folder.make_gate("gate");
  fake_daemon daemon;
  daemon.push("j1", "{}");
  running_worker worker{daemon, shell("read line < " + gate + "; echo 1")};
  daemon.wait_until([&] { return daemon.leased.size() == 1; });
  worker.ask_to_stop();
  scratch_folder::open_gate(gate);
  CHECK(worker.join() == exit_status::done);
  CHECK(daemon.results_count() == 1);
}

TEST_CASE("Asked to stop twice, a worker gives its jobs back") {
  fake_daemon daemon;
  daemon.push("j1", "{}");
  running_worker worker{daemon, running({"sleep", "1000"})};
  daemon.wait_until([&] { return daemon.leased.size() == 1; });
  worker.ask_to_stop();
  worker.ask_to_stop();
  CHECK(worker.join() == exit_status::done);
  CHECK(daemon.released_leases() == words{"lease-1"});
  CHECK(daemon.results_count() == 0);
}

TEST_CASE("An idle worker ends at once although the daemon still holds its pop") {
  fake_daemon daemon;
  auto options = running({"true"});
  options.pop_wait = std::chrono::milliseconds{60'000};
  running_worker worker{daemon, options};
  daemon.wait_until([&] { return daemon.held_pops.size() == 1; });
  CHECK(worker.stop() == exit_status::done);
}

TEST_CASE("A lease that comes with the end of a held pop goes back") {
  fake_daemon daemon;
  daemon.grant_on_end("late", "{}");
  auto options = running({"true"});
  options.pop_wait = std::chrono::milliseconds{60'000};
  running_worker worker{daemon, options};
  daemon.wait_until([&] { return daemon.held_pops.size() == 1; });
  CHECK(worker.stop() == exit_status::done);
  CHECK(daemon.released_leases() == words{"lease-1"});
  CHECK(daemon.results_count() == 0);
}

TEST_CASE("A worker that the daemon refuses ends with that") {
  fake_daemon daemon;
  daemon.refuse_pops("invalid");
  running_worker worker{daemon, running({"true"})};
  CHECK(worker.join() == exit_status::refused);
}

TEST_CASE("Without a daemon a worker says so") {
  int port = 0;
  {
    fake_daemon gone;
    port = gone.port();
  }
  worker_options options = running({"true"});
  options.server = {"127.0.0.1", std::to_string(port)};
  worker_listener listener{[](const settled_outcome&) {}, [](std::string_view) {},
                           [](const std::string&) {}};
  CHECK(worker{options, listener, -1}.run() == exit_status::no_connection);
}
