// Many connections, and connections that do not read.
#include "tests/support/eventually.hpp"
#include "tests/system/support/raw_connection.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <iostream>
#include <string>
#include <vector>

using namespace rota::tests;

namespace {

const std::string info = request_text("\"i\"", "server.info") + "\n";

} // namespace

TEST_CASE("5,000 idle connections don't keep another client from being served") {
  if (raise_descriptor_limit() < 5'200) {
    std::cout << "SKIPPED: the limit of open files is too low\n";
    return;
  }
  running_daemon d;
  std::vector<raw_connection> idle;
  for (int i = 0; i < 5'000; ++i) {
    idle.emplace_back(d.rotad.endpoint());
    if (i % 2 == 0)
      idle.back().send(info.substr(0, 20)); // Half a request.
    if (i % 100 == 0)
      push(d.client, "t", "acme");
  }
  for (int i = 0; i < 200; ++i)
    complete(d.client, (push(d.client, "t", "acme"), pop_one(d.client)));
  for (std::size_t i = 0; i < idle.size(); i += 500)
    CHECK(idle[i].ask(info.substr(20, info.size() - 21)).has("/result"));
  idle.clear();
  CHECK(d.client.call("server.info").has("/version"));
}

TEST_CASE("Over max_connections a client gets an error, and is served when there is room again") {
  running_daemon d{{}, R"({"max_connections":3})"};
  auto second = std::make_unique<raw_connection>(d.rotad.endpoint());
  raw_connection third{d.rotad.endpoint()};
  second->send(info);
  third.send(info);
  CHECK(second->answer().has("/result"));
  CHECK(third.answer().has("/result"));
  raw_connection fourth{d.rotad.endpoint()};
  CHECK(fourth.answer().text("/error/data/kind") == "unavailable");
  CHECK(fourth.is_closed());
  second.reset();
  CHECK(eventually([&] {
    raw_connection again{d.rotad.endpoint()};
    again.send(info);
    return again.answer().has("/result");
  }));
}

TEST_CASE("From a client that doesn't read its answers nothing more is read, others go on") {
  running_daemon d{{"--durability", "memory"}};
  const auto id = push(d.client, "t", "acme", payload_of(200'000));
  raw_connection slow{d.rotad.endpoint(), 65'536};
  const auto ask = request_text("1", "job.get", "{\"id\":" + json_string(id) + "}") + "\n";
  std::string requests;
  while (requests.size() < 32'000'000)
    requests += ask; // The answers would have 60 GB.
  std::size_t sent = 0;
  for (std::size_t more = 1; more > 0; sent += more) {
    more = slow.send_some(std::string_view{requests}.substr(sent));
    CHECK(d.client.call("server.drain", R"({"on":false})").has("/on"));
  }
  CHECK(sent < requests.size());
  for (int i = 0; i < 3; ++i)
    CHECK(slow.answer().integer("/id") == 1);
}

TEST_CASE("A connection with max_outstanding requests open is read again when one is answered") {
  running_daemon d{{}, R"({"max_outstanding":2})"};
  raw_connection c{d.rotad.endpoint()};
  const auto wait = request_text("1", "job.pop", R"({"worker":"w","wait_ms":3600000})") + "\n";
  c.send(wait + wait + info);
  push(d.client, "t", "acme");
  CHECK(c.answer().integer("/id") == 1);
  CHECK(c.answer().text("/id") == "i");
}

TEST_CASE("Connections that break off leave nothing behind") {
  running_daemon d;
  for (int i = 0; i < 500; ++i) {
    raw_connection c{d.rotad.endpoint()};
    c.send(info.substr(0, static_cast<std::size_t>(i) % info.size()));
    if (i % 2 == 0)
      c.reset();
  }
  CHECK(d.client.call("server.info").has("/version"));
}
