#include "engine/arbiter/rate_bucket.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace rota::engine;
using std::chrono::seconds;

namespace {
const time_point start = from_us(1'700'000'000'000'000);

int takes_at(rate_bucket& bucket, time_point now) {
  int taken = 0;
  for (; bucket.allowed(now); ++taken)
    bucket.take(now);
  return taken;
}
} // namespace

TEST_CASE("A bucket gives its burst at once, then one per interval", "[rate_bucket]") {
  rate_bucket bucket;
  bucket.configure(rate_settings{10.0, 3.0}, start);
  CHECK(takes_at(bucket, start) == 3);
  CHECK(bucket.next_allowed() == start + milliseconds{100});
  CHECK(takes_at(bucket, start + duration{99'999}) == 0);
  CHECK(takes_at(bucket, start + milliseconds{100}) == 1);
  CHECK(takes_at(bucket, start + milliseconds{100'000}) == 3);
}

TEST_CASE("No window of any length has more than burst + rate x t", "[rate_bucket]") {
  for (const double rate : {0.7, 3.0, 33.0, 900.0}) {
    for (const double burst : {1.0, 2.0, 2.5, 7.0}) {
      rate_bucket bucket;
      bucket.configure(rate_settings{rate, burst}, start);
      std::vector<double> at;
      for (int i = 0; i < 2000; ++i) {
        const time_point now = start + duration{i * 1777};
        for (int n = takes_at(bucket, now); n > 0; --n)
          at.push_back(i * 1777 / 1e6);
      }
      for (std::size_t a = 0; a < at.size(); a += 7) {
        for (std::size_t b = a; b < at.size() && b < a + 50; ++b)
          REQUIRE(static_cast<double>(b - a + 1) <= burst + rate * (at[b] - at[a]) + 1e-9);
      }
    }
  }
}

TEST_CASE("A dispatch that did not happen returns its token unless another was taken after it",
          "[rate_bucket]") {
  rate_bucket bucket;
  bucket.configure(rate_settings{1.0, 1.0}, start);
  const auto first = bucket.take(start);
  bucket.give_back(first);
  CHECK(bucket.allowed(start));
  const auto second = bucket.take(start);
  bucket.take(start + seconds{1});
  bucket.give_back(second);
  CHECK_FALSE(bucket.allowed(start + seconds{1}));
  CHECK(bucket.next_allowed() == start + seconds{2});
}

TEST_CASE("A restart keeps what the bucket has given", "[rate_bucket]") {
  rate_bucket before;
  before.configure(rate_settings{1.0, 2.0}, start);
  takes_at(before, start);
  rate_bucket after;
  after.configure(rate_settings{1.0, 2.0}, start);
  after.restore(before.arrival());
  after.restore(from_us(1)); // an older mark changes nothing
  CHECK(after.next_allowed() == start + seconds{1});
  CHECK(takes_at(after, start + seconds{5}) == 2);
}

TEST_CASE("A new rate keeps the tokens that are missing, not the time they would have taken",
          "[rate_bucket]") {
  rate_bucket bucket;
  bucket.configure(rate_settings{1.0 / 3600, 1.0}, start);
  bucket.take(start);
  bucket.configure(rate_settings{10.0, 1.0}, start);
  CHECK_FALSE(bucket.allowed(start + milliseconds{99}));
  CHECK(bucket.allowed(start + milliseconds{101}));
}

TEST_CASE("The slowest and the fastest rate do not overflow", "[rate_bucket]") {
  rate_bucket slow;
  slow.configure(rate_settings{1e-12, 1.0}, start);
  slow.take(start);
  CHECK(slow.next_allowed() > start + std::chrono::hours{24 * 365 * 10});
  slow.take(slow.next_allowed());
  slow.take(slow.next_allowed());
  CHECK_FALSE(slow.allowed(start + std::chrono::hours{1}));
  rate_bucket fast;
  fast.configure(rate_settings{1e12, 1e12}, start);
  for (int i = 0; i < 1000; ++i)
    fast.take(start);
  CHECK(fast.allowed(start));
}
