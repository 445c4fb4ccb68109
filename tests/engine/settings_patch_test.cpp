// What a put changes, what it keeps, and which members it is refused for.
#include "engine/settings_patch.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

using namespace rota::engine;

namespace {

constexpr std::nullopt_t null = std::nullopt;

template <class T>
change<T> to(T value) {
  return std::optional<T>{std::move(value)};
}
template <class T>
change<T> reset() {
  return std::optional<T>{null};
}

setting_refusal refusal_of(const type_patch& patch, const type_settings& standing = {}) {
  const auto merged = merge(standing, patch);
  REQUIRE(merged.has_error());
  return merged.error();
}

std::string joined(std::string_view standing, std::string_view patch) {
  return std::string{standing} + '+' + std::string{patch};
}

} // namespace

TEST_CASE("an empty put leaves a type as it stands") {
  type_settings standing;
  standing.retry.max_attempts = 7;
  standing.rate = rate_settings{5.0, 10.0};
  standing.executor = "process";
  CHECK(merge(standing, type_patch{}).value() == standing);
  CHECK(merge(type_settings{}, type_patch{}).value() == type_settings{});
}

TEST_CASE("a nested member of a put leaves its neighbours alone") {
  type_settings standing;
  standing.retry = {7, milliseconds{50}, milliseconds{5000}, false};
  type_patch patch;
  patch.retry.emplace().emplace().max_attempts = to<std::int64_t>(9);
  const auto merged = merge(standing, patch).value();
  CHECK(merged.retry == retry_settings{9, milliseconds{50}, milliseconds{5000}, false});
}

TEST_CASE("null resets a member to its default and an object as a whole") {
  type_settings standing;
  standing.retry = {7, milliseconds{50}, milliseconds{5000}, false};
  standing.timeout = milliseconds{10};
  standing.rate = rate_settings{5.0, 10.0};
  standing.batch = batch_settings{10, milliseconds{5}, "/a"};
  standing.dedup = dedup_policy::replace;
  standing.executor = "process";
  standing.executor_options = "x";

  SECTION("one member") {
    type_patch patch;
    patch.retry.emplace().emplace().base_ms = reset<std::int64_t>();
    CHECK(merge(standing, patch).value().retry ==
          retry_settings{7, milliseconds{1000}, milliseconds{5000}, false});
  }
  SECTION("everything") {
    type_patch patch;
    patch.retry = reset<retry_patch>();
    patch.timeout_ms = reset<std::int64_t>();
    patch.rate = reset<rate_patch>();
    patch.batch = reset<batch_patch>();
    patch.poll = reset<poll_patch>();
    patch.dedup = reset<dedup_policy>();
    patch.executor = reset<executor_choice_patch>();
    CHECK(merge(standing, patch).value() == type_settings{});
  }
}

TEST_CASE("every number of a type has its range, and a refusal names the member") {
  using integer = change<std::int64_t>;
  struct bound {
    const char* path;
    integer& (*member)(type_patch&);
    std::int64_t least;
    std::int64_t most;
  };
  const std::int64_t years = setting_duration_max.count();
  const bound bounds[] = {
      {"/retry/max_attempts",
       [](type_patch& p) -> integer& { return p.retry.emplace().emplace().max_attempts; }, 1,
       1'000'000},
      {"/retry/max_ms",
       [](type_patch& p) -> integer& { return p.retry.emplace().emplace().max_ms; }, 1000, years},
      {"/max_crashes", [](type_patch& p) -> integer& { return p.max_crashes; }, 0, count_max},
      {"/lease_ms", [](type_patch& p) -> integer& { return p.lease_ms; }, 1, years},
      {"/timeout_ms", [](type_patch& p) -> integer& { return p.timeout_ms; }, 1, years},
      {"/max_running", [](type_patch& p) -> integer& { return p.max_running; }, 0, count_max},
      {"/max_running_per_tenant",
       [](type_patch& p) -> integer& { return p.max_running_per_tenant; }, 0, count_max},
      {"/batch/max_size",
       [](type_patch& p) -> integer& { return p.batch.emplace().emplace().max_size; }, 1, 100'000},
      {"/poll/max_polls",
       [](type_patch& p) -> integer& { return p.poll.emplace().emplace().max_polls; }, 0,
       count_max},
      {"/dedup_ms", [](type_patch& p) -> integer& { return p.dedup_ms; }, 0, years},
      {"/age_ms", [](type_patch& p) -> integer& { return p.age_ms; }, 0, years},
  };
  for (const auto& bound : bounds) {
    INFO(bound.path);
    for (const auto good : {bound.least, bound.most}) {
      type_patch patch;
      bound.member(patch) = to(good);
      CHECK(merge(type_settings{}, patch).has_value());
    }
    for (const auto bad : {bound.least - 1, bound.most + 1, INT64_MIN, INT64_MAX}) {
      type_patch patch;
      bound.member(patch) = to(bad);
      CHECK(refusal_of(patch).path == bound.path);
    }
  }
}

TEST_CASE("a refusal says which values are allowed") {
  type_patch patch;
  patch.retry.emplace().emplace().max_attempts = to<std::int64_t>(0);
  CHECK(refusal_of(patch) == setting_refusal{"/retry/max_attempts", "must be from 1 to 1000000"});
  patch = {};
  patch.rate.emplace().emplace().per_second = to(0.0);
  CHECK(refusal_of(patch) ==
        setting_refusal{"/rate/per_second", "must be from 0.000001 to 1000000"});
}

TEST_CASE("the least of a pair is not greater than its most, whichever of them was put") {
  type_patch patch;
  patch.retry.emplace().emplace().base_ms = to<std::int64_t>(600'001);
  CHECK(refusal_of(patch).path == "/retry/base_ms");
  patch = {};
  patch.retry.emplace().emplace().max_ms = to<std::int64_t>(999);
  CHECK(refusal_of(patch).path == "/retry/max_ms");
  patch = {};
  patch.poll.emplace().emplace().min_ms = to<std::int64_t>(60'001);
  CHECK(refusal_of(patch).path == "/poll/min_ms");
  patch = {};
  patch.poll.emplace().emplace().min_ms = to<std::int64_t>(90'000);
  patch.poll->value().max_ms = to<std::int64_t>(90'000);
  CHECK(merge(type_settings{}, patch).value().poll.min == milliseconds{90'000});
}

TEST_CASE("a rate is positive, finite, and needs per_second at first") {
  type_patch patch;
  auto& rate = patch.rate.emplace().emplace();
  CHECK(refusal_of(patch) == setting_refusal{"/rate/per_second", "is required"});
  rate.burst = to(5.0);
  CHECK(refusal_of(patch).path == "/rate/per_second");

  type_settings standing;
  standing.rate = rate_settings{2.0, 3.0};
  CHECK(merge(standing, patch).value().rate == rate_settings{2.0, 5.0});

  rate.per_second = reset<double>();
  CHECK(refusal_of(patch, standing) == setting_refusal{"/rate/per_second", "has no default"});

  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(),
                           std::numeric_limits<double>::infinity(), 1e-300, 1e300}) {
    rate.per_second = to(bad);
    CHECK(refusal_of(patch).path == "/rate/per_second");
  }
  rate.per_second = to(0.5);
  rate.burst = to(0.5);
  CHECK(refusal_of(patch).path == "/rate/burst");
  rate.burst = reset<double>();
  CHECK(merge(type_settings{}, patch).value().rate == rate_settings{0.5, 1.0});
}

TEST_CASE("a batch needs its size at first and a JSON pointer as key") {
  type_patch patch;
  auto& batch = patch.batch.emplace().emplace();
  batch.linger_ms = to<std::int64_t>(20);
  CHECK(refusal_of(patch) == setting_refusal{"/batch/max_size", "is required"});
  batch.max_size = to<std::int64_t>(100);
  batch.key = to<std::string>("/a~1b/0");
  CHECK(merge(type_settings{}, patch).value().batch ==
        batch_settings{100, milliseconds{20}, "/a~1b/0"});
  for (const char* bad : {"a", "/~", "/~2"}) {
    batch.key = to<std::string>(bad);
    CHECK(refusal_of(patch) == setting_refusal{"/batch/key", "must be a JSON pointer"});
  }
  batch.key = to(std::string(pointer_bytes_max + 1, '/'));
  CHECK(refusal_of(patch) == setting_refusal{"/batch/key", "is too long"});
}

TEST_CASE("the factor of polls is at least 1 and finite") {
  type_patch patch;
  auto& poll = patch.poll.emplace().emplace();
  for (const double bad : {0.99, -2.0, std::numeric_limits<double>::infinity()}) {
    poll.factor = to(bad);
    CHECK(refusal_of(patch).path == "/poll/factor");
  }
  poll.factor = to(1.0);
  CHECK(merge(type_settings{}, patch).value().poll.factor == 1.0);
}

TEST_CASE("a type's executor is named once and its options are merged by who knows them") {
  type_patch patch;
  auto& executor = patch.executor.emplace().emplace();
  executor.options = "b";
  executor.merge_options = joined;
  CHECK(refusal_of(patch) == setting_refusal{"/executor/name", "is required"});

  type_settings standing;
  standing.executor = "process";
  standing.executor_options = "a";
  auto merged = merge(standing, patch).value();
  CHECK(merged.executor == "process");
  CHECK(merged.executor_options == "a+b");

  executor.name = "docker";
  executor.merge_options = nullptr;
  merged = merge(standing, patch).value();
  CHECK(merged.executor == "docker");
  CHECK(merged.executor_options == "b");
}

TEST_CASE("a tenant's weight is an exact decimal between a thousandth and a million") {
  tenant_patch patch;
  patch.weight = to(2.5);
  patch.max_running = to<std::int64_t>(0);
  const auto merged = merge(tenant_settings{}, patch).value();
  CHECK(merged.weight == micro{2'500'000});
  CHECK(merged.max_running == 0);
  CHECK_FALSE(merged.max_queued);

  for (const double bad : {0.0, 0.000999, 1'000'000.1, -1.0, std::nan("")}) {
    patch.weight = to(bad);
    CHECK(merge(tenant_settings{}, patch).error().path == "/weight");
  }
  patch.weight = reset<double>();
  CHECK(merge(merged, patch).value().weight == micro::of(1));
}

TEST_CASE("pools, keys and executors are merged by the same rules") {
  pool_patch pool;
  pool.slots = to(0.5);
  pool.cost = to(cost_unit::runtime);
  CHECK(merge(pool_settings{}, pool).value() ==
        pool_settings{micro{500'000}, cost_unit::runtime, milliseconds{60'000}});
  pool.slots = to(0.0);
  CHECK(merge(pool_settings{}, pool).error().path == "/slots");
  pool.slots = reset<double>();
  CHECK_FALSE(merge(pool_settings{micro::of(3)}, pool).value().slots);

  key_patch key;
  key.max_running = to<std::int64_t>(2);
  CHECK(merge(key_settings{}, key).value() == key_settings{2, null});
  key.max_running = to<std::int64_t>(-1);
  CHECK(merge(key_settings{}, key).error().path == "/max_running");

  executor_patch executor;
  CHECK(merge(executor_settings{}, executor).error() == setting_refusal{"/kind", "is required"});
  executor.kind = "kubernetes";
  CHECK(merge(executor_settings{}, executor).error().path == "/kind");
  executor.kind = "docker";
  executor.slots = to(4.0);
  executor.options = "o";
  CHECK(merge(executor_settings{}, executor).value() ==
        executor_settings{"docker", micro::of(4), "o"});
}
