// Random events, jobs and settings survive a round trip; random bytes do no harm.
#include "tests/persistence/codec_samples.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace rota::persistence;
using namespace rota::persistence::samples;
namespace engine = rota::engine;

namespace {

template <class T>
T any() {
  return *rc::gen::arbitrary<T>();
}

engine::serial any_serial() { return {any<std::uint64_t>()}; }
engine::time_point any_time() { return engine::from_us(any<std::int64_t>()); }
engine::milliseconds any_duration() { return engine::milliseconds{any<std::int64_t>()}; }

/// One of an enum's values from 0 to `last`.
template <class Enum>
Enum any_of(Enum last) {
  return static_cast<Enum>(*rc::gen::inRange(0, static_cast<int>(last) + 1));
}

template <class Make>
auto maybe(Make make) -> std::optional<decltype(make())> {
  if (any<bool>())
    return make();
  return std::nullopt;
}

engine::trace_context any_trace() {
  const auto digits = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
      text += "0123456789abcdef"[*rc::gen::inRange(i == 0 ? 1 : 0, 16)]; // never all zeros
    return text;
  };
  return {"00-" + digits(32) + "-" + digits(16) + "-" + digits(2), any<std::string>()};
}

engine::job_spec any_spec() {
  engine::job_spec s;
  s.payload = any<std::string>();
  s.priority = any<std::int16_t>();
  s.key = any<std::string>();
  s.not_before = maybe(any_time);
  s.concurrency_key = any<std::string>();
  s.cost = {any<std::int64_t>()};
  s.slots = {any<std::int64_t>()};
  s.batch_key = any<std::string>();
  s.batches = any<bool>();
  s.max_attempts = maybe(any<std::uint32_t>);
  s.timeout = maybe(any_duration);
  s.lease = maybe(any_duration);
  s.trace = maybe(any_trace);
  return s;
}

engine::failure any_failure() { return {any<std::string>(), any<std::string>()}; }

engine::attempt_record any_attempt() {
  return {any_serial(), any<std::string>(), any<bool>(), any_duration(), any_time(), any_time()};
}

engine::job_record any_record() {
  engine::job_record r;
  r.number = any_serial();
  r.spec = any_spec();
  r.state = any_of(engine::job_state::cancelled);
  r.delayed_by = any_of(engine::delay_reason::deferred);
  r.counts = {any<std::uint32_t>(), any<std::uint32_t>(), any<std::uint32_t>(),
              any<std::uint32_t>()};
  r.created = any_time();
  r.ready_since = any_time();
  r.started = maybe(any_time);
  r.finished = maybe(any_time);
  r.first_deferred = maybe(any_time);
  r.attempt = maybe(any_attempt);
  r.worker = any<std::string>();
  r.error = maybe(any_failure);
  r.result = maybe(any<std::string>);
  r.checkpoint = maybe(any<std::string>);
  r.cancel_requested = any<bool>();
  r.batch_limit = any<std::uint32_t>();
  r.execution = maybe([] {
    return engine::execution{any_serial(), any<std::string>(), maybe(any<std::int32_t>),
                             maybe(any<std::int32_t>)};
  });
  return r;
}

engine::virtual_time any_tag() {
  const auto high = static_cast<signed_wide>(any<std::int64_t>());
  return {high * (signed_wide{1} << 64) + any<std::int64_t>()};
}

engine::event any_taken() {
  engine::jobs_taken t;
  t.attempt = any_serial();
  for (const auto value : any<std::vector<std::uint64_t>>())
    t.jobs.push_back({value});
  t.worker = any<std::string>();
  t.starting = any<bool>();
  t.lease = any_duration();
  t.at = any_time();
  t.deadline = any_time();
  t.mark = {any_tag(), any_tag(), {any<std::int64_t>()}, any_time(), any_time()};
  return t;
}

engine::event any_settled() {
  engine::job_settled s;
  s.attempt = any_serial();
  s.number = any_serial();
  s.kind = any_of(engine::try_kind::released);
  s.state = any_of(engine::job_state::cancelled);
  s.delayed_by = any_of(engine::delay_reason::deferred);
  s.at = any_time();
  s.due = any_time();
  s.error = maybe(any_failure);
  s.result = maybe(any<std::string>);
  s.checkpoint = maybe(any<std::string>);
  s.batch_limit = any<std::uint32_t>();
  return s;
}

engine::event any_event() {
  switch (*rc::gen::inRange(0, 10)) {
  case 0: return engine::job_pushed{any_serial(), any_spec(), any_time()};
  case 1: return engine::job_replaced{any_serial(), any_spec(), any_time()};
  case 2: return any_taken();
  case 3: return engine::lease_extended{any_serial(), any_duration(), any_time()};
  case 4: return any_settled();
  case 5: return engine::job_cancelled{any_serial(), any_time()};
  case 6: return engine::cancel_requested{any_serial(), any_time()};
  case 7: return engine::attempt_started{any_serial(), any<std::string>(), any_time()};
  case 8:
    return engine::job_exited{any_serial(), any_serial(), maybe(any<std::int32_t>),
                              maybe(any<std::int32_t>)};
  default: return engine::job_revived{any_serial(), any_time(), maybe(any_record)};
  }
}

double any_positive() { return *rc::gen::inRange(1, 1'000'000) / 7.0; }

engine::rate_settings any_rate() { return {any_positive(), any_positive()}; }

engine::batch_settings any_batch() {
  return {*rc::gen::inRange<std::uint32_t>(1, 100'000), any_duration(), any<std::string>()};
}

setting any_type() {
  engine::type_settings t;
  t.retry = {any<std::uint32_t>(), any_duration(), any_duration(), any<bool>()};
  t.max_crashes = any<std::uint32_t>();
  t.lease = any_duration();
  t.timeout = maybe(any_duration);
  t.max_running = maybe(any<std::uint32_t>);
  t.max_running_per_tenant = maybe(any<std::uint32_t>);
  t.rate = maybe(any_rate);
  t.batch = maybe(any_batch);
  t.poll = {any_duration(), any_duration(), any_positive(), maybe(any<std::uint32_t>),
            maybe(any_duration)};
  t.dedup = any_of(engine::dedup_policy::replace);
  t.dedup_for = any_duration();
  t.age = any_duration();
  t.executor = any<std::string>();
  t.executor_options = any<std::string>();
  t.paused = any<bool>();
  return t;
}

engine::micro any_weight() { return {*rc::gen::inRange<std::int64_t>(1, 1LL << 40)}; }

setting any_setting(setting_kind kind) {
  switch (kind) {
  case setting_kind::type: return any_type();
  case setting_kind::tenant:
    return engine::tenant_settings{any_weight(), maybe(any<std::uint32_t>),
                                   maybe(any<std::uint32_t>), any<bool>()};
  case setting_kind::pool:
    return engine::pool_settings{maybe(any_weight), any_of(engine::cost_unit::runtime),
                                 any_duration()};
  case setting_kind::key: return engine::key_settings{maybe(any<std::uint32_t>), maybe(any_rate)};
  case setting_kind::executor: break;
  }
  return engine::executor_settings{any<std::string>(), maybe(any_weight), any<std::string>()};
}

} // namespace

TEST_CASE("random groups of events come back as they were") {
  CHECK(rc::check([] {
    std::vector<journal_record> records;
    const int count = *rc::gen::inRange(0, 6);
    for (int i = 0; i < count; ++i)
      records.emplace_back(queue_event{{any<std::uint32_t>()}, any_event()});
    const auto back = decode_group(group_of(records));
    RC_ASSERT(back.has_value());
    RC_ASSERT(same(*back, records));
  }));
}

TEST_CASE("random jobs come back from rows and history") {
  CHECK(rc::check([] {
    const job_row row{any<std::uint64_t>(), any_record()};
    RC_ASSERT(decode_job_row(encode_row(row)) == row);
    const std::vector<engine::job_record> jobs{any_record(), row.record, any_record()};
    RC_ASSERT(decode_history(encode_history(jobs)) == jobs);
    const auto found = find_in_history(encode_history(jobs), row.record.number);
    RC_ASSERT(found.has_value());
  }));
}

TEST_CASE("random settings come back as they were") {
  CHECK(rc::check([] {
    const auto kind = any_of(setting_kind::executor);
    const setting_changed change{kind, any<std::string>(), any_setting(kind)};
    const auto back = decode_directory_row(encode_row(change));
    RC_ASSERT(back.has_value());
    RC_ASSERT(same(*back, change));
  }));
}

TEST_CASE("random bytes do no harm") {
  CHECK(rc::check([] {
    const auto bytes = any<std::vector<std::uint8_t>>();
    const std::string text = '\1' + std::string{bytes.begin(), bytes.end()};
    decode_group(text);
    decode_job_row(text);
    decode_history(text);
    RC_SUCCEED();
  }));
}
