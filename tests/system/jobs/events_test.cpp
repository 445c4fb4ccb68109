// Subscriptions: events are sent once they are durable.
#include "tests/system/support/raw_connection.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rota::tests;

namespace {

std::string shown(const std::optional<json>& event) {
  return event ? event->text("/tenant") + " " + event->text("/state") : "nothing";
}

} // namespace

TEST_CASE("A subscriber hears each change of a job's state, in order") {
  running_daemon d;
  test_client watcher{d.rotad.endpoint()};
  const auto subscription = watcher.call("events.subscribe").text("/subscription");
  d.client.call("type.put", R"({"name":"t","retry":{"base_ms":1,"max_ms":1,"jitter":false}})");
  const auto id = push(d.client, "t", "acme");
  complete(d.client, pop_one(d.client), R"("outcome":"failed")");
  complete(d.client, pop_one(d.client));
  std::int64_t last = 0;
  for (const auto* state : {"ready", "running", "delayed", "ready", "running", "succeeded"}) {
    const auto event = watcher.event();
    REQUIRE(event);
    CHECK(event->text("/state") == state);
    CHECK(event->text("/id") == id);
    CHECK(event->text("/subscription") == subscription);
    CHECK(time_us(event->text("/at")) >= last);
    last = time_us(event->text("/at"));
  }
}

TEST_CASE("A subscription hears only what it asked for, until it is ended") {
  running_daemon d;
  test_client watcher{d.rotad.endpoint()};
  watcher.call("events.subscribe", R"({"tenant":"acme","states":["cancelled","succeeded"]})");
  const auto second = watcher.call("events.subscribe", R"({"type":"other"})");
  push(d.client, "t", "umbrella");
  push(d.client, "t", "acme");
  d.client.call("job.cancel", R"({"type":"t"})");
  push(d.client, "other", "umbrella");
  CHECK(shown(watcher.event()) == "acme cancelled");
  CHECK(shown(watcher.event()) == "umbrella ready");
  CHECK(watcher.call("events.unsubscribe", second.raw()).boolean("/unsubscribed"));
  CHECK(!watcher.call("events.unsubscribe", second.raw()).boolean("/unsubscribed"));
  CHECK(!watcher.call("events.unsubscribe", R"({"subscription":"what"})").boolean("/unsubscribed"));
  push(d.client, "other", "umbrella");
  push(d.client, "t", "acme");
  d.client.call("job.cancel", R"({"tenant":"acme"})");
  CHECK(shown(watcher.event()) == "acme cancelled");
}

TEST_CASE("Another connection can't end a subscription") {
  running_daemon d;
  test_client watcher{d.rotad.endpoint()};
  const auto subscription = watcher.call("events.subscribe");
  CHECK(!d.client.call("events.unsubscribe", subscription.raw()).boolean("/unsubscribed"));
  push(d.client, "t", "acme");
  CHECK(shown(watcher.event()) == "acme ready");
}

TEST_CASE("What an event reports is durable") {
  running_daemon d;
  test_client watcher{d.rotad.endpoint()};
  watcher.call("events.subscribe");
  // The test does not read its answer.
  d.client.send("job.push", R"({"jobs":[{"type":"t","tenant":"acme"}]})");
  const auto event = watcher.event();
  REQUIRE(event);
  d.restart();
  CHECK(state_of(d.client, event->text("/id")) == "ready");
}

TEST_CASE("A slow reader slows nobody and gets the number of events that it missed") {
  running_daemon d{{"--durability", "memory"}};
  raw_connection slow{d.rotad.endpoint(), 65'536};
  slow.ask(R"({"jsonrpc":"2.0","id":1,"method":"events.subscribe","params":{}})");
  constexpr std::int64_t pushed = 20'000;
  // Large events, so that fewer of them fill the kernel's buffers.
  const std::string name(200, 'n');
  for (int i = 0; i < 20; ++i)
    push_many(d.client, name, name, 1000);
  CHECK(stat_of(d.client, "/ready") == pushed);

  std::int64_t heard = 0;
  std::int64_t missed = 0;
  while (heard + missed < pushed) {
    INFO(heard << " heard, " << missed << " missed");
    const auto event = slow.answer().at("/params");
    if (event.has("/missed"))
      missed += event.integer("/missed");
    else
      ++heard;
  }
  CHECK(heard + missed == pushed);
  CHECK(missed > 0);
  push(d.client, "t", "last");
  CHECK(slow.answer().text("/params/tenant") == "last");
}
