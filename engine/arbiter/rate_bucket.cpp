#include "engine/arbiter/rate_bucket.hpp"

#include "engine/ensure.hpp"
#include "engine/virtual_time.hpp"

#include <algorithm>
#include <cmath>

namespace rota::engine {

namespace {

constexpr std::int64_t ns_of_us = 1000;
/// Half a century: longer than any rate needs, and sums with a time point do not overflow.
constexpr double longest_ns = 1.6e18;

std::int64_t ns_of(time_point t) {
  constexpr std::int64_t latest = INT64_MAX / ns_of_us;
  return std::clamp(to_us(t), -latest, latest) * ns_of_us;
}

std::int64_t sum(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  return __builtin_add_overflow(a, b, &out) ? INT64_MAX : out;
}

time_point rounded_up(std::int64_t ns) {
  return from_us(ns / ns_of_us + (ns % ns_of_us > 0 ? 1 : 0));
}

} // namespace

void rate_bucket::configure(const std::optional<rate_settings>& rate, time_point now) {
  if (!rate) {
    *this = {};
    return;
  }
  const std::int64_t before = interval_ns_;
  interval_ns_ =
      static_cast<std::int64_t>(std::ceil(std::clamp(1e9 / rate->per_second, 1.0, longest_ns)));
  const std::int64_t missing = arrival_ns_ - ns_of(now);
  if (before != 0 && before != interval_ns_ && missing > 0) {
    const wide scaled = wide{missing} * interval_ns_ / before + 1;
    arrival_ns_ = sum(ns_of(now), static_cast<std::int64_t>(std::min(scaled, wide{INT64_MAX})));
  }
  // Derived from the rounded interval, so that a burst of n permits exactly n dispatches at once.
  const double tolerance = (rate->burst - 1.0) * static_cast<double>(interval_ns_);
  tolerance_ns_ = static_cast<std::int64_t>(std::floor(std::clamp(tolerance, 0.0, longest_ns)));
}

bool rate_bucket::allowed(time_point now) const {
  return interval_ns_ == 0 || sum(ns_of(now), tolerance_ns_) >= arrival_ns_;
}

time_point rate_bucket::next_allowed() const { return rounded_up(arrival_ns_ - tolerance_ns_); }

rate_bucket::receipt rate_bucket::take(time_point now) {
  ensure(allowed(now), "a rate bucket gives no more tokens than it has");
  const std::int64_t before = arrival_ns_;
  arrival_ns_ = sum(std::max(arrival_ns_, ns_of(now)), interval_ns_);
  return {before, arrival_ns_};
}

void rate_bucket::give_back(const receipt& taken) {
  if (taken.after_ns != 0 && taken.after_ns == arrival_ns_)
    arrival_ns_ = taken.before_ns;
}

time_point rate_bucket::arrival() const { return rounded_up(arrival_ns_); }

void rate_bucket::restore(time_point arrival) {
  arrival_ns_ = std::max(arrival_ns_, ns_of(arrival));
}

} // namespace rota::engine
