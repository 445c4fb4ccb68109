// Lines, batches of requests, pipelining, and connections that end in the middle.
#include "tests/support/eventually.hpp"
#include "tests/system/support/raw_connection.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace rota::tests;

namespace {

std::string notification(const std::string& method, const std::string& params) {
  return R"({"jsonrpc":"2.0","method":")" + method + "\",\"params\":" + params + "}";
}

const std::string one_job = R"({"jobs":[{"type":"t","tenant":"acme"}]})";

} // namespace

TEST_CASE("An array of requests gets an array of answers, without those of notifications") {
  running_daemon d;
  raw_connection c{d.rotad.endpoint()};
  const auto answers =
      c.ask("[" + request_text("1", "job.push", one_job) + "," + notification("job.push", one_job) +
            "," + request_text("\"x\"", "nothing") + ",7," +
            request_text("2", "server.drain", R"({"on":false})") + "]");
  REQUIRE(answers.size() == 4);
  std::set<std::string> ids;
  for (const auto& answer : answers.elements()) {
    ids.insert(answer.at("/id").raw());
    CHECK(answer.has("/error") ==
          (answer.at("/id").raw() == "null" || answer.at("/id").raw() == "\"x\""));
  }
  CHECK(ids == std::set<std::string>{"1", "2", "\"x\"", "null"});
  CHECK(eventually([&] { return stat_of(d.client, "/ready") == 2; }));
}

TEST_CASE("Notifications are done and not answered, alone or in an array") {
  running_daemon d;
  raw_connection c{d.rotad.endpoint()};
  c.send(notification("job.push", one_job) + "\n[" + notification("job.push", one_job) + "," +
         notification("nothing", "{}") + "]\n" + notification("job.push", R"({"jobs":7})") + "\n");
  CHECK(c.ask(request_text("1", "server.drain", R"({"on":false})")).integer("/id") == 1);
  CHECK(eventually([&] { return stat_of(d.client, "/ready") == 2; }));
}

TEST_CASE("The jobs of a pop without an id go back, uncounted") {
  running_daemon d;
  push(d.client, "t", "acme");
  raw_connection c{d.rotad.endpoint()};
  c.send(notification("job.pop", R"({"worker":"w"})") + "\n");
  c.ask(request_text("1", "server.info"));
  CHECK(pop_one(d.client).integer("/jobs/0/attempt") == 1);
}

TEST_CASE("Many requests in one go are all answered, each by its id") {
  running_daemon d;
  raw_connection c{d.rotad.endpoint()};
  std::string lines;
  for (int i = 0; i < 5000; ++i)
    lines += request_text(std::to_string(i), "job.push", one_job) + "\r\n";
  REQUIRE(c.send(lines));
  std::set<std::int64_t> ids;
  for (int i = 0; i < 5000; ++i) {
    const auto answer = c.answer();
    CHECK(answer.has("/result"));
    ids.insert(answer.integer("/id"));
  }
  CHECK(ids.size() == 5000);
  CHECK(stat_of(d.client, "/ready") == 5000);
}

TEST_CASE("A request that waits doesn't hold up those after it") {
  running_daemon d;
  const auto waiting = d.client.send("job.pop", R"({"worker":"w","wait_ms":60000})");
  const auto id = push(d.client, "t", "acme");
  CHECK(d.client.result(waiting).text("/leases/0/jobs/0/id") == id);
}

TEST_CASE("A request may come byte by byte") {
  running_daemon d;
  raw_connection c{d.rotad.endpoint()};
  const auto line = request_text("1", "job.push", one_job) + "\n";
  for (const char byte : line)
    REQUIRE(c.send({&byte, 1}));
  CHECK(c.answer().has("/result"));
}

TEST_CASE("A client that sends no more still gets its answers, and then the end") {
  running_daemon d;
  raw_connection c{d.rotad.endpoint()};
  for (int i = 0; i < 2000; ++i)
    c.send(request_text(std::to_string(i), "job.push", one_job) + "\n");
  c.send(request_text("2000", "job.push", one_job)); // The last line needs no line end.
  c.end_sending();
  for (int i = 0; i <= 2000; ++i)
    CHECK(c.answer().has("/result"));
  CHECK(!c.line());
  CHECK(c.is_closed());
}

TEST_CASE("A request that was cut short by the end of the connection is refused") {
  running_daemon d;
  for (const std::string cut : {R"({"jsonrpc":"2.0","id":9)", "{", "\"", "  {\"a\":1} x"}) {
    raw_connection c{d.rotad.endpoint()};
    c.send(cut);
    c.end_sending();
    CHECK(c.answer().text("/error/data/kind") == "parse");
    CHECK(c.is_closed());
  }
}

TEST_CASE("A half-open connection waits for no lease, which goes to the next who asks") {
  running_daemon d;
  raw_connection c{d.rotad.endpoint()};
  c.send(request_text("1", "job.pop", R"({"worker":"dead","wait_ms":3600000})") + "\n");
  c.end_sending();
  CHECK(c.answer().size("/result/leases") == 0);
  CHECK(c.is_closed());
  push(d.client, "t", "acme");
  CHECK(pop_one(d.client).integer("/jobs/0/attempt") == 1);
}

TEST_CASE("A connection that breaks off while it waits loses no job") {
  running_daemon d;
  for (int i = 0; i < 20; ++i) {
    raw_connection c{d.rotad.endpoint()};
    c.send(request_text("1", "job.pop", R"({"worker":"dead","wait_ms":3600000})") + "\n");
    c.ask(request_text("2", "server.info"));
    c.reset();
    const auto id = push(d.client, "t", "acme");
    const auto lease = pop_one(d.client);
    CHECK(lease.text("/jobs/0/id") == id);
    CHECK(lease.integer("/jobs/0/attempt") == 1);
    complete(d.client, lease);
  }
}

TEST_CASE("Leases that could not be written are given back, uncounted") {
  running_daemon d{{"--durability", "memory"}};
  const auto payload = payload_of(500'000);
  for (int i = 0; i < 30; ++i)
    push(d.client, "t", "acme", payload);
  raw_connection slow{d.rotad.endpoint(), 65'536};
  slow.send(request_text("1", "job.pop", R"({"worker":"dead","leases":30,"lease_ms":3600000})") +
            "\n");
  REQUIRE(eventually([&] { return stat_of(d.client, "/running") == 30; }));
  slow.reset();
  for (int i = 0; i < 30; ++i)
    CHECK(pop_one(d.client).integer("/jobs/0/attempt") == 1);
}
