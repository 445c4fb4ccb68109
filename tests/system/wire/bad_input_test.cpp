// Invalid input: each gets an error, and no other client is affected.
#include "tests/system/support/raw_connection.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <string>
#include <vector>

using namespace rota::tests;

namespace {

const std::string good = R"({"jsonrpc":"2.0","id":"good","method":"server.info"})";

std::string push_of(const std::string& job) {
  return request_text("1", "job.push", R"({"jobs":[)" + job + "]}");
}

/// The kind of error that a line gets; the connection must still work.
std::string kind_of(raw_connection& c, const std::string& line) {
  const auto answer = c.ask(line);
  CHECK(c.ask(good).text("/id") == "good");
  return answer.has("/error") ? answer.text("/error/data/kind") : "none";
}

/// The path of an invalid member.
std::string path_of(raw_connection& c, const std::string& line) {
  const auto answer = c.ask(line);
  return answer.has("/error/data/path") ? answer.text("/error/data/path") : answer.raw();
}

/// The peak memory of a process, in megabytes.
long peak_megabytes(pid_t pid) {
  std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:"))
      return std::stol(line.substr(6)) / 1024;
  return -1;
}

std::string repeated(const std::string& text, std::size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i)
    out += text;
  return out;
}

} // namespace

TEST_CASE("A line that isn't JSON is answered with parse") {
  running_daemon d;
  raw_connection c{d.rotad.endpoint()};
  const std::vector<std::string> lines{
      R"({"jsonrpc":"2.0","id":1,"method":"server.info)",
      "{",
      "]",
      "hello",
      "\"",
      "{\"a\":1}}",
      "{} {}",
      "NaN",
      push_of(R"({"type":"t","tenant":"a","cost":NaN})"),
      push_of(R"({"type":"t","tenant":"a","cost":Infinity})"),
      push_of(R"({"type":"t","tenant":"a","cost":01})"),
      push_of(R"({"type":"t","tenant":"a",})"),
      push_of(R"({'type':'t'})"),
      push_of("{\"type\":\"t\",\"tenant\":\"\xff\xfe\"}"),
      push_of("{\"type\":\"t\",\"tenant\":\"\xc0\xaf\"}"),
      push_of("{\"type\":\"t\",\"tenant\":\"\xed\xa0\x80\"}"),
      push_of(R"({"type":"t","tenant":"\ud800"})"),
      push_of("{\"type\":\"t\",\"tenant\":\"a\tb\"}"),
      push_of(R"({"type":"t","tenant":"\x41"})"),
      push_of(R"({"type":"t","tenant":"a"} // a comment)"),
      std::string("{\"a\":\0}", 7),
  };
  for (const auto& line : lines) {
    INFO(line);
    CHECK(kind_of(c, line) == "parse");
  }
  CHECK(stat_of(d.client, "/ready") == 0);
}

TEST_CASE("JSON that isn't a request is answered with invalid_request") {
  running_daemon d;
  raw_connection c{d.rotad.endpoint()};
  const std::vector<std::string> lines{
      "7",
      "null",
      "\"job.push\"",
      "{}",
      "[]",
      R"({"id":1,"method":"server.info"})",
      R"({"jsonrpc":"1.0","id":1,"method":"server.info"})",
      R"({"jsonrpc":2.0,"id":1,"method":"server.info"})",
      R"({"jsonrpc":"2.0","id":1})",
      R"({"jsonrpc":"2.0","id":1,"method":7})",
      R"({"jsonrpc":"2.0","id":[1],"method":"server.info"})",
      R"({"jsonrpc":"2.0","id":true,"method":"server.info"})",
      R"({"jsonrpc":"2.0","id":1,"method":"server.info","params":7})",
      R"({"jsonrpc":"2.0","id":1,"method":"server.info","extra":7})",
      R"({"jsonrpc":"2.0","id":1,"id":2,"method":"server.info"})",
  };
  for (const auto& line : lines) {
    INFO(line);
    CHECK(kind_of(c, line) == "invalid_request");
  }
}

TEST_CASE("A member that is wrong, unknown or there twice is named in the refusal") {
  running_daemon d;
  raw_connection c{d.rotad.endpoint()};
  const std::string names = R"("type":"t","tenant":"a")";
  CHECK(path_of(c, request_text("1", "job.push", "[]")) == "");
  CHECK(path_of(c, request_text("1", "job.push", "{}")) == "/jobs");
  CHECK(path_of(c, request_text("1", "job.push", R"({"jobs":{}})")) == "/jobs");
  CHECK(path_of(c, push_of("7")) == "/jobs/0");
  CHECK(path_of(c, push_of(R"({"type":"t"})")) == "/jobs/0/tenant");
  CHECK(path_of(c, push_of(R"({"type":7,"tenant":"a"})")) == "/jobs/0/type");
  CHECK(path_of(c, push_of(R"({"type":"","tenant":"a"})")) == "/jobs/0/type");
  CHECK(path_of(c, push_of(R"({"type":"a\u0000b","tenant":"a"})")) == "/jobs/0/type");
  CHECK(path_of(c, push_of("{\"type\":\"" + std::string(201, 'x') + "\",\"tenant\":\"a\"}")) ==
        "/jobs/0/type");
  for (const auto* wrong :
       {R"("priority":1001)", R"("priority":1.5)", R"("priority":"1")", R"("cost":0)",
        R"("cost":1e7)", R"("slots":-1)", R"("slots":1e999)", R"("delay_ms":-1)",
        R"("delay_ms":1e3)", R"("delay_ms":99999999999999999999)", R"("not_before":"tomorrow")",
        R"("not_before":7)", R"("key":null)", R"("max_attempts":0)", R"("timeout_ms":0)",
        R"("lease_ms":true)", R"("what":1)", R"("payload":1,"payload":2)", R"("a~b/c":1)"}) {
    INFO(wrong);
    const auto path = path_of(c, push_of("{" + names + "," + wrong + "}"));
    const auto name = std::string{wrong}.substr(1, std::string{wrong}.find('"', 1) - 1);
    CHECK(path == "/jobs/0/" + (name == "a~b/c" ? "a~0b~1c" : name));
  }
  CHECK(path_of(c, push_of("{" + names + R"(,"payload":{"x":[{"y":1,"\u0079":2}]}})")) ==
        "/jobs/0/payload/x/0/y");
  CHECK(
      path_of(c, push_of("{" + names + R"(,"delay_ms":1,"not_before":"2026-01-01T00:00:00Z"})")) ==
      "/jobs/0/delay_ms");
  CHECK(path_of(c, request_text("1", "job.pop", R"({"worker":"w","types":[]})")) == "/types");
  CHECK(path_of(c, request_text("1", "job.pop", R"({"worker":"w","leases":10001})")) == "/leases");
  CHECK(path_of(c, request_text("1", "job.get", R"({"id":7})")) == "/id");
  CHECK(path_of(c, request_text("1", "job.cancel", "{}")) == "");
  CHECK(path_of(c, request_text("1", "job.complete",
                                R"({"results":[{"lease":"x","outcome":"maybe"}]})")) ==
        "/results/0/outcome");
  CHECK(path_of(c, request_text("1", "type.put", R"({"name":"t","retry":{"max_attempts":0}})")) ==
        "/retry/max_attempts");
  CHECK(path_of(c, request_text("1", "type.put", R"({"name":"t","batch":{}})")) ==
        "/batch/max_size");
  CHECK(path_of(c, request_text("1", "server.info", R"({"a":1})")) == "/a");
  CHECK(stat_of(d.client, "/ready") == 0);
}

TEST_CASE("A line of 100 MB is refused once, skipped, and costs no memory") {
  running_daemon d;
  raw_connection c{d.rotad.endpoint()};
  CHECK(c.ask(good).text("/id") == "good");
  const auto before = peak_megabytes(d.rotad.pid());
  const std::string part(1 << 20, 'x');
  REQUIRE(c.send(R"({"jsonrpc":"2.0","id":1,"method":")"));
  for (int i = 0; i < 100; ++i) {
    REQUIRE(c.send(part));
    if (i % 10 == 0)
      CHECK(d.client.call("server.drain", R"({"on":false})").has("/on"));
  }
  REQUIRE(c.send("\"}\n"));
  CHECK(c.answer().text("/error/data/kind") == "too_large");
  CHECK(c.ask(good).text("/id") == "good");
  // A line of 16 MiB is the most that it keeps.
  CHECK(peak_megabytes(d.rotad.pid()) - before < 90);
}

TEST_CASE("A line of max_line_bytes is taken, one byte more is too large") {
  running_daemon d{{}, R"({"max_line_bytes":1000})"};
  raw_connection c{d.rotad.endpoint()};
  CHECK(c.ask(good + std::string(1000 - good.size(), ' ')).text("/id") == "good");
  CHECK(kind_of(c, good + std::string(1001 - good.size(), ' ')) == "too_large");
  CHECK(kind_of(c, std::string(5000, ' ')) == "too_large");
}

TEST_CASE("Deep nesting is refused, up to max_depth it is taken") {
  running_daemon d;
  raw_connection c{d.rotad.endpoint()};
  const auto nested = [](std::size_t depth) {
    return push_of(R"({"type":"t","tenant":"a","payload":)" + std::string(depth, '[') +
                   std::string(depth, ']') + "}");
  };
  CHECK(kind_of(c, nested(60)) == "none"); // Four levels are around them.
  CHECK(kind_of(c, nested(61)) == "parse");
  CHECK(kind_of(c, nested(100'000)) == "parse");
  CHECK(kind_of(c, std::string(100'000, '[')) == "parse");
  CHECK(kind_of(c, repeated("{\"a\":", 100'000)) == "parse");
}

TEST_CASE("Huge arrays are answered") {
  running_daemon d;
  raw_connection c{d.rotad.endpoint()};
  CHECK(path_of(c, push_of(repeated("1,", 1'000'000) + "1")) == "/jobs/0");
  CHECK(c.ask("[" + repeated("1,", 50'000) + "1]").size() == 50'001);
  CHECK(c.ask("[" + repeated(good + ",", 20'000) + good + "]").size() == 20'001);
  CHECK(
      c.ask(request_text("1", "job.cancel", "{\"ids\":[" + repeated("\"x\",", 200'000) + "\"x\"]}"))
          .size("/result/not_found") == 200'001);
  const auto jobs =
      repeated(R"({"type":"t","tenant":"a"},)", 50'000) + R"({"type":"t","tenant":"b"})";
  CHECK(c.ask(push_of(jobs)).size("/result/jobs") == 50'001);
  CHECK(c.ask(request_text("1", "job.cancel", R"({"type":"t","limit":100000})"))
            .size("/result/cancelled") == 50'001);
}

TEST_CASE("Bytes without any sense end nothing") {
  running_daemon d;
  std::uint64_t state = 88172645463325252; // xorshift: the same bytes in every run.
  for (int i = 0; i < 20; ++i) {
    std::string bytes;
    for (int b = 0; b < 5000; ++b) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      bytes += static_cast<char>(state);
    }
    raw_connection c{d.rotad.endpoint()};
    c.send(bytes + "\n" + good + "\n");
    while (c.answer().raw().find("\"good\"") == std::string::npos)
      continue;
  }
  CHECK(d.client.call("server.info").has("/version"));
}
