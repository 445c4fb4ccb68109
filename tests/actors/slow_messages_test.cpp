// Which messages are recorded as slow, and how many are kept.
#include "actors/runtime/slow_messages.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <utility>

namespace rota::actors {

using namespace std::chrono_literals;

TEST_CASE("a message is slow from the limit on, and none is while tracing is off") {
  slow_messages slow;
  CHECK_FALSE(slow.tracing());
  CHECK_FALSE(slow.is_slow(1h));
  slow.trace(10ms);
  CHECK(slow.tracing());
  CHECK_FALSE(slow.is_slow(9'999us));
  CHECK(slow.is_slow(10ms));
  slow.trace(0us);
  CHECK(slow.is_slow(0us));
  slow.trace(slow_messages::off);
  CHECK_FALSE(slow.tracing());
}

TEST_CASE("the last thousand slow messages are kept, the newest first") {
  slow_messages slow;
  slow.trace(0us);
  for (std::size_t i = 1; i <= slow_messages::kept_max + 5; ++i) {
    slow_message message;
    message.took = std::chrono::microseconds{i};
    slow.record(std::move(message));
  }
  const auto seen = slow.snapshot();
  CHECK(seen.seen == slow_messages::kept_max + 5);
  REQUIRE(seen.latest.size() == slow_messages::kept_max);
  CHECK(seen.latest.front().took == 1005us);
  CHECK(seen.latest.back().took == 6us);
  slow.trace(1ms); // restarts
  CHECK(slow.snapshot().seen == 0);
  CHECK(slow.snapshot().latest.empty());
}

} // namespace rota::actors
