#include "tests/cmd/fake_daemon.hpp"
#include "wire/client.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace rota::wire;
using rota::tests::fake_daemon;

namespace {

client connected_to(const fake_daemon& daemon) {
  auto connected = client::connect({"127.0.0.1", std::to_string(daemon.port())});
  REQUIRE(connected.has_value());
  return std::move(*connected);
}

std::string address_of(std::string_view text) {
  const auto where = parse_endpoint(text);
  return where ? where->host + " " + where->port : "none";
}

} // namespace

TEST_CASE("A server's address is a host and a port") {
  CHECK(address_of("127.0.0.1:7070") == "127.0.0.1 7070");
  CHECK(address_of("[::1]:7070") == "::1 7070");
  CHECK(address_of("rota.example.org:1") == "rota.example.org 1");
  for (const auto text : {"", "7070", ":7070", "host:", "host:0", "host:65536", "host:http",
                          "::1:7070", "[]:7070", "host:-1", "host:7070x"}) {
    INFO(text);
    CHECK(address_of(text) == "none");
  }
}

TEST_CASE("A client that finds no server reports that and does not throw") {
  std::string port;
  {
    const fake_daemon gone;
    port = std::to_string(gone.port());
  }
  const auto connected = client::connect({"127.0.0.1", port});
  REQUIRE(connected.has_error());
  CHECK(connected.error() == "cannot connect to 127.0.0.1:" + port + ": Connection refused");
  const auto unknown = client::connect({"no.such.host.invalid", "7070"});
  REQUIRE(unknown.has_error());
  CHECK(unknown.error().starts_with("cannot resolve no.such.host.invalid:7070"));
}

TEST_CASE("A call returns the result's text or the server's error") {
  fake_daemon daemon;
  client server = connected_to(daemon);
  const auto result = server.call("job.release", R"({"leases":["l"]})");
  REQUIRE(result.has_value());
  CHECK(*result == R"({"released":[],"unknown":[]})");
  const auto error = server.call("job.get", R"({"id":"x"})");
  REQUIRE(error.has_error());
  CHECK_FALSE(error.error().lost);
  CHECK(error.error().code == -32000);
  CHECK(error.error().kind == "not_found");
  CHECK(error.error().message == "none");
  CHECK(error.error().data == R"({"kind":"not_found"})");
}

TEST_CASE("Requests can be pipelined, and each answer carries the id of its request") {
  fake_daemon daemon;
  client server = connected_to(daemon);
  std::vector<std::int64_t> sent;
  for (int i = 0; i < 1000; ++i)
    sent.push_back(server.send("job.release", R"({"leases":["l"]})"));
  std::vector<std::int64_t> received;
  while (received.size() < sent.size()) {
    const auto answer = server.receive();
    REQUIRE(answer);
    CHECK(answer->what == message::type::result);
    received.push_back(answer->id.value_or(-1));
  }
  CHECK(received == sent);
  daemon.wait_until([&] { return daemon.released.size() == 1000; });
}

TEST_CASE("Large requests and answers pass, and line ends in the params do not end the line") {
  fake_daemon daemon;
  client server = connected_to(daemon);
  const std::string text(5'000'000, 'x');
  const auto done = server.call(
      "job.complete", "{\"results\":[{\"lease\":\"l\",\r\n\"result\":[\n\"" + text + "\"]}]}");
  REQUIRE(done.has_value());
  CHECK(daemon.result(0) == "{\"lease\":\"l\",  \"result\":[ \"" + text + "\"]}");
}

TEST_CASE("A lost connection is reported to the waiting call and to all later ones") {
  fake_daemon daemon;
  daemon.lose_next_complete();
  client server = connected_to(daemon);
  const auto lost = server.call("job.complete", R"({"results":[]})");
  REQUIRE(lost.has_error());
  CHECK(lost.error().lost);
  CHECK_FALSE(server.is_open());
  CHECK(server.lost_reason() == "the server closed the connection");
  CHECK(server.call("job.get", "{}").error().lost);
  CHECK_FALSE(server.receive());
  CHECK_FALSE(server.flush());
}

TEST_CASE("Waiting for an answer can be limited") {
  fake_daemon daemon; // It holds pops.
  client_options options;
  options.answer_timeout = std::chrono::milliseconds{1};
  auto connected = client::connect({"127.0.0.1", std::to_string(daemon.port())}, options);
  REQUIRE(connected.has_value());
  const auto late = connected->call("job.pop", "{}");
  REQUIRE(late.has_error());
  CHECK(late.error().lost);
  CHECK(late.error().message == "the server did not answer in time");
  CHECK_FALSE(connected->receive(std::chrono::milliseconds{1}));
  daemon.push("j", "{}");
  const auto answer = connected->receive();
  REQUIRE(answer);
  CHECK(answer->id == 1);
}
