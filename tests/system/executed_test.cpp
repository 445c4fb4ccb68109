// rotad runs jobs by itself: real processes, kills of the daemon, limits counted from outside.
#include "tests/system/support/eventually.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace rota::tests;

namespace {

/// Jobs that write "+ attempt job" when they begin and "- attempt job" when they end.
struct diary {
  temporary_folder folder;
  std::string path = (folder.path() / "diary").string();

  std::string command(const std::string& seconds) const {
    const std::string script = "echo \"+ $ROTA_ATTEMPT $ROTA_JOB\" >>" + path + "; sleep " +
                               seconds + "; echo \"- $ROTA_ATTEMPT $ROTA_JOB\" >>" + path;
    return R"(["sh","-c",)" + json_string(script) + "]";
  }

  struct figures {
    std::map<std::string, int> begun; ///< By attempt.
    std::map<std::string, int> jobs;  ///< Begun, by job.
    int most_at_a_time = 0;
  };
  figures read() const {
    figures found;
    std::ifstream in{path};
    std::string sign, attempt, job;
    int now = 0;
    while (in >> sign >> attempt >> job) {
      now += sign == "+" ? 1 : -1;
      found.most_at_a_time = std::max(found.most_at_a_time, now);
      if (sign == "+") {
        ++found.begun[attempt];
        ++found.jobs[job];
      }
    }
    return found;
  }
};

void put_type(test_client& c, const std::string& name, const std::string& command,
              const std::string& more = "") {
  c.call("type.put", R"({"name":")" + name + R"(","executor":{"name":"process","command":)" +
                         command + "}" + more + "}");
}

void put_slots(test_client& c, int slots) {
  c.call("executor.put",
         R"({"name":"process","kind":"process","slots":)" + std::to_string(slots) + "}");
}

} // namespace

TEST_CASE("A job's command runs, and its exit code, times and output are the process's") {
  running_daemon d;
  auto& c = d.client;
  put_type(c, "hash", R"(["sha256sum","{/path}"])");
  put_type(c, "echo", R"(["cat"])");
  put_type(c, "bad", R"(["sh","-c","echo no >&2; exit 3"])", R"(,"retry":{"max_attempts":1})");
  const auto hash = push(c, "hash", "acme", R"("payload":{"path":"/dev/null"})");
  REQUIRE(becomes(c, hash, "succeeded"));
  const auto job = get(c, hash);
  CHECK(job.text("/result") ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  /dev/null\n");
  CHECK(job.integer("/exit_code") == 0);
  CHECK(job.text("/worker") == "process");
  CHECK(time_us(job.text("/finished_at")) >= time_us(job.text("/started_at")));
  const auto output =
      c.call("job.output", R"({"id":)" + json_string(hash) + R"(,"stream":"stdout"})");
  CHECK(output.text("/data") == job.text("/result"));
  CHECK(output.at("/eof").raw() == "true");

  const auto echo = push(c, "echo", "acme", R"("payload":{"a":0.10})");
  REQUIRE(becomes(c, echo, "succeeded"));
  CHECK(get(c, echo).at("/result").raw() == R"({"a":0.10})");

  const auto bad = push(c, "bad", "acme");
  REQUIRE(becomes(c, bad, "failed"));
  CHECK(get(c, bad).integer("/exit_code") == 3);
  CHECK(get(c, bad).text("/error/message") == "exit status 3: no");
}

TEST_CASE("A command that isn't there is the job's failure, once") {
  running_daemon d;
  put_type(d.client, "t", R"(["/no/such/program"])");
  const auto id = push(d.client, "t", "acme");
  REQUIRE(becomes(d.client, id, "failed"));
  CHECK(get(d.client, id).integer("/attempts") == 1);
}

TEST_CASE("A running job is cancelled with all its processes") {
  running_daemon d;
  diary notes;
  put_type(d.client, "t", R"(["sh","-c","sleep 3600 & wait"])");
  const auto id = push(d.client, "t", "acme");
  REQUIRE(becomes(d.client, id, "running"));
  d.client.call("job.cancel", R"({"ids":[)" + json_string(id) + "]}");
  REQUIRE(becomes(d.client, id, "cancelled"));
  CHECK(get(d.client, id).integer("/signal") == SIGTERM);
}

TEST_CASE(
    "Killed at random while jobs run, the daemon finds them all again: none twice, none lost, "
    "never more at a time than slots") {
  constexpr int jobs = 120;
  constexpr int slots = 6;
  constexpr int kills = 20;
  const unsigned seed = 7;
  INFO("seed " << seed);
  std::mt19937 random{seed};
  running_daemon d;
  diary notes;
  put_slots(d.client, slots);
  put_type(d.client, "t", notes.command("0.15"));
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i)
    for (auto& id : push_many(d.client, "t", "u" + std::to_string(i), jobs / 4))
      ids.push_back(std::move(id));
  for (int i = 0; i < kills; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{random() % 120}); // a random moment
    d.restart();
  }
  for (const auto& id : ids)
    REQUIRE(becomes(d.client, id, "succeeded"));
  const auto found = notes.read();
  CHECK(found.begun.size() == jobs);
  for (const auto& [attempt, times] : found.begun) {
    INFO("attempt " << attempt);
    CHECK(times == 1);
  }
  for (const auto& [job, times] : found.jobs) {
    INFO("job " << job);
    CHECK(times == 1);
  }
  CHECK(found.most_at_a_time <= slots);
  CHECK(get(d.client, ids.front()).integer("/attempts") == 1);
  CHECK(d.client.call("server.stats").integer("/running") == 0);
}
