// Jobs that rotad runs itself, as real processes.
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <string>

using namespace rota::tests;

namespace {

void put_type(test_client& c, const std::string& name, const std::string& command,
              const std::string& more = "") {
  c.call("type.put", R"({"name":")" + name + R"(","executor":{"name":"process","command":)" +
                         command + "}" + more + "}");
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
  put_type(d.client, "t", R"(["sh","-c","sleep 3600 & wait"])");
  const auto id = push(d.client, "t", "acme");
  REQUIRE(becomes(d.client, id, "running"));
  cancel(d.client, id);
  REQUIRE(becomes(d.client, id, "cancelled"));
  CHECK(get(d.client, id).integer("/signal") == SIGTERM);
}
