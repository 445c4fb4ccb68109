#include "wire/time_text.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <cstdint>

using namespace rota::wire;

TEST_CASE("Times are written in UTC with milliseconds or microseconds") {
  CHECK(time_text(0) == "1970-01-01T00:00:00.000Z");
  CHECK(time_text(1'795'301'870'123'456) == "2026-11-21T22:57:50.123Z");
  CHECK(time_text(1'795'301'870'123'456, time_precision::microseconds) ==
        "2026-11-21T22:57:50.123456Z");
  CHECK(time_text(951'782'400'000'000) == "2000-02-29T00:00:00.000Z");
  CHECK(time_text(time_us_max, time_precision::microseconds) == "9999-12-31T23:59:59.999999Z");
  CHECK(time_text(-1) == "1970-01-01T00:00:00.000Z");
  CHECK(time_text(time_us_max + 1) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("Every form of RFC 3339 is read") {
  constexpr std::int64_t noon = 1'795'301'870'000'000;
  CHECK(parse_time("2026-11-21T22:57:50Z") == noon);
  CHECK(parse_time("2026-11-21t22:57:50z") == noon);
  CHECK(parse_time("2026-11-22T00:27:50+01:30") == noon);
  CHECK(parse_time("2026-11-21T14:57:50-08:00") == noon);
  CHECK(parse_time("2026-11-21T22:57:50-00:00") == noon);
  CHECK(parse_time("2026-11-21T22:57:50.1Z") == noon + 100'000);
  CHECK(parse_time("2026-11-21T22:57:50.123456Z") == noon + 123'456);
  CHECK(parse_time("2026-11-21T22:57:50.123456789Z") == noon + 123'456);
  CHECK(parse_time("2026-11-21T22:57:50.1234569990123Z") == noon + 123'456);
  CHECK(parse_time("1970-01-01T00:00:00.000000Z") == 0);
  CHECK(parse_time("9999-12-31T23:59:59.999999999Z") == time_us_max);
}

TEST_CASE("A time before 1970 is one of the past as any other") {
  CHECK(parse_time("0001-01-01T00:00:00Z") == 0);
  CHECK(parse_time("1969-12-31T23:59:59Z") == 0);
  CHECK(parse_time("1970-01-01T00:30:00+01:00") == 0);
}

TEST_CASE("A leap second is the last microsecond of its minute") {
  CHECK(parse_time("2016-12-31T23:59:60Z") == 1'483'228'799'999'999);
  CHECK(parse_time("2016-12-31T23:59:60.5Z") == 1'483'228'799'999'999);
  CHECK(parse_time("1990-12-31T15:59:60-08:00") == 662'687'999'999'999);
}

TEST_CASE("Anything else isn't a time") {
  for (const auto text : {"",
                          "now",
                          "2026-11-21",
                          "2026-11-21T22:57:50",
                          "2026-11-21 22:57:50Z",
                          "2026-11-21T22:57Z",
                          "2026-11-21T22:57:50.Z",
                          "2026-11-21T22:57:50,5Z",
                          "2026-11-21T22:57:50+0100",
                          "2026-11-21T22:57:50+24:00",
                          "2026-11-21T22:57:50+01:60",
                          "2026-11-21T22:57:50Zx",
                          " 2026-11-21T22:57:50Z",
                          "2026-13-01T00:00:00Z",
                          "2026-00-01T00:00:00Z",
                          "2026-02-29T00:00:00Z",
                          "2026-04-31T00:00:00Z",
                          "2026-01-01T24:00:00Z",
                          "2026-01-01T00:60:00Z",
                          "2026-01-01T00:00:61Z",
                          "9999-12-31T23:59:59-00:01",
                          "10000-01-01T00:00:00Z",
                          "+2026-01-01T00:00:00Z",
                          "2026-1-1T00:00:00Z",
                          "-026-01-01T00:00:00Z"}) {
    INFO(text);
    CHECK_FALSE(parse_time(text));
  }
}

TEST_CASE("Any time comes back from its text") {
  REQUIRE(rc::check("time round trip", [] {
    const auto time = *rc::gen::inRange<std::int64_t>(0, time_us_max + 1);
    RC_ASSERT(parse_time(time_text(time, time_precision::microseconds)) == time);
    RC_ASSERT(parse_time(time_text(time)) == time / 1000 * 1000);
  }));
}
