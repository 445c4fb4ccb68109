// The HTTP port: health, metrics, and access.
#include "tests/support/eventually.hpp"
#include "tests/system/faults/fault_daemon.hpp"
#include "tests/system/support/http.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

using namespace rota::tests;
using Catch::Contains;

namespace {

const std::vector<std::string> with_http{"--http", "127.0.0.1:0"};

http_reply ask(daemon_process& d, std::string_view target) { return http_get(d.http(), target); }

/// Sends bytes, closes the sending direction, and reads one response.
std::optional<http_reply> answer_to(daemon_process& d, const std::string& bytes) {
  raw_connection c{d.http()};
  c.send(bytes);
  return read_reply(c);
}

int status_of(daemon_process& d, const std::string& bytes) {
  const auto reply = answer_to(d, bytes);
  return reply ? reply->status : 0;
}

} // namespace

TEST_CASE("There is no HTTP port unless one is asked for") {
  running_daemon d;
  CHECK(d.rotad.http().port == "");
}

TEST_CASE("A port alone is one of the loopback, and a wrong one is refused") {
  running_daemon d{{"--http", "0"}};
  CHECK(ask(d.rotad, "/healthz").status == 200);
  d.rotad.kill();
  d.rotad.set_arguments({"--http", "nowhere:x"});
  const auto refused = run_to_end(d.rotad.command());
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, Contains("--http must be"));
}

TEST_CASE("Two daemons can't have one HTTP port, and the second reports it") {
  running_daemon d{with_http};
  const auto second = start_refused({"--http", d.rotad.http().port});
  CHECK(second.status == 1);
  CHECK_THAT(second.err, Contains("cannot listen on 127.0.0.1:" + d.rotad.http().port));
}

TEST_CASE("A running daemon is healthy and ready, a draining one isn't ready") {
  running_daemon d{with_http};
  CHECK(ask(d.rotad, "/healthz").status == 200);
  CHECK(ask(d.rotad, "/readyz").status == 200);
  d.client.call("server.drain", R"({"on":true})");
  CHECK(ask(d.rotad, "/healthz").status == 200);
  CHECK(ask(d.rotad, "/readyz").status == 503);
  CHECK(ask(d.rotad, "/readyz").body == "draining\n");
  d.client.call("server.drain", R"({"on":false})");
  CHECK(ask(d.rotad, "/readyz").status == 200);
}

TEST_CASE("A daemon whose commits fail is neither healthy nor ready until they work again") {
  if (fault::skipped_without_strace())
    return;
  running_daemon d{with_http};
  const bool failed = fault::while_storage_fails(d, [&] {
    CHECK(eventually([&] { return ask(d.rotad, "/healthz").status == 503; }));
    CHECK(ask(d.rotad, "/readyz").status == 503);
    // Served by the daemon itself, without a runtime.
    const auto metrics = ask(d.rotad, "/metrics");
    CHECK(metrics.status == 200);
    CHECK_THAT(metrics.body, Contains("\nrota_ready 0") && !Contains("rota_journal"));
  });
  if (!failed)
    return;
  CHECK(eventually([&] { return ask(d.rotad, "/readyz").status == 200; }));
  CHECK(ask(d.rotad, "/healthz").status == 200);
}

TEST_CASE("What isn't a GET of something that is there is refused with its status") {
  running_daemon d{with_http};
  CHECK(status_of(d.rotad, get_request("/nothing")) == 404);
  CHECK(status_of(d.rotad, get_request("/%zz")) == 400);
  CHECK(status_of(d.rotad, "POST /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n") == 405);
  CHECK(status_of(d.rotad, "\x16\x03\x01\x02junk\r\n\r\n") == 400);
  CHECK(status_of(d.rotad, "GET /healthz HTTP/9.9\r\n\r\n") == 400);
  CHECK(status_of(d.rotad, "GET /healthz HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello") == 413);
  CHECK(status_of(d.rotad, get_request("/" + std::string(20'000, 'a'))) == 431);
  CHECK(status_of(d.rotad, get_request("/healthz", "X: " + std::string(20'000, 'a') + "\r\n")) ==
        431);
  CHECK(ask(d.rotad, "/healthz").status == 200);
}

TEST_CASE("A name that isn't ours is refused on the loopback: browsers can be made to send it") {
  running_daemon d{with_http};
  CHECK(status_of(d.rotad, "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n") == 421);
  CHECK(status_of(d.rotad, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n") == 200);
  CHECK(status_of(d.rotad, "GET /healthz HTTP/1.0\r\n\r\n") == 200);
}

TEST_CASE("Pipelined requests are answered in their order on one connection") {
  running_daemon d{with_http};
  raw_connection c{d.rotad.http()};
  c.send(get_request("/healthz") + get_request("/nothing") + get_request("/metrics") +
         "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" +
         get_request("/readyz", "Connection: close\r\n") + get_request("/healthz"));
  CHECK(read_reply(c).value().status == 200);
  CHECK(read_reply(c).value().status == 404);
  CHECK_THAT(read_reply(c).value().body, Contains("rota_build_info"));
  const auto head = read_reply(c, false).value();
  CHECK(head.status == 200);
  CHECK(head.fields.at("content-length") == "6");
  CHECK(read_reply(c).value().body == "ready\n");
  CHECK(c.is_closed()); // Requests after the close are not served.
}

TEST_CASE("Slow, silent and greedy clients keep nobody from being served, and end") {
  running_daemon d{with_http};
  raw_connection slow{d.rotad.http()};
  slow.send("GET /healthz HT");
  raw_connection silent{d.rotad.http()};
  raw_connection deaf{d.rotad.http(), 4096};
  for (int i = 0; i < 2'000; ++i) // Never reads.
    deaf.send_some(get_request("/metrics"));
  for (int i = 0; i < 20; ++i) {
    CHECK(ask(d.rotad, "/healthz").status == 200);
    push(d.client, "t", "acme");
  }
  CHECK(slow.is_closed());
  CHECK(silent.is_closed());
  const auto open = [&] {
    const auto page = ask(d.rotad, "/metrics").body;
    return page.substr(page.find("\nrota_http_connections ") + 23, 2);
  };
  CHECK(eventually([&] { return open() == "1\n"; })); // The connection that asks.
}

TEST_CASE("Connections over the bound are refused, and accepted again once others are closed") {
  running_daemon d{with_http};
  std::vector<raw_connection> many;
  for (int i = 0; i < 128; ++i)
    many.emplace_back(d.rotad.http());
  CHECK(eventually([&] {
    raw_connection one_more{d.rotad.http()};
    const auto reply = read_reply(one_more);
    return reply && reply->status == 503 && one_more.is_closed();
  }));
  CHECK(d.client.call("server.info").has("/version"));
  many.clear();
  CHECK(eventually([&] {
    raw_connection again{d.rotad.http()};
    again.send(get_request("/healthz"));
    const auto reply = read_reply(again);
    return reply && reply->status == 200;
  }));
}

TEST_CASE("A daemon that gets SIGTERM ends though HTTP connections are open") {
  running_daemon d{with_http};
  raw_connection open{d.rotad.http()};
  open.send(get_request("/healthz"));
  CHECK(read_reply(open).value().status == 200);
  CHECK(d.rotad.terminate() == 0);
  CHECK(open.is_closed());
}
