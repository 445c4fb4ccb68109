// Values for the tests of the formats: one of each kind with every member set, one with none; and
// what it means that two are the same.
#pragma once
#include "persistence/formats/records.hpp"

#include <tuple>
#include <variant>
#include <vector>

namespace rota::persistence::samples {

// -- comparing ------------------------------------------------------------------------------------
// The bindings stop compiling when a member is added: then the codec needs it as well.

inline auto members(const engine::job_pushed& e) {
  const auto& [number, spec, at] = e;
  return std::tie(number, spec, at);
}
inline auto members(const engine::job_replaced& e) {
  const auto& [number, spec, at] = e;
  return std::tie(number, spec, at);
}
inline auto members(const engine::jobs_taken& e) {
  const auto& [attempt, jobs, worker, starting, lease, at, deadline, mark] = e;
  return std::tie(attempt, jobs, worker, starting, lease, at, deadline, mark);
}
inline auto members(const engine::lease_extended& e) {
  const auto& [attempt, lease, deadline] = e;
  return std::tie(attempt, lease, deadline);
}
inline auto members(const engine::job_settled& e) {
  const auto& [attempt, number, kind, state, delayed_by, at, due, error, result, checkpoint,
               batch_limit] = e;
  return std::tie(attempt, number, kind, state, delayed_by, at, due, error, result, checkpoint,
                  batch_limit);
}
inline auto members(const engine::job_cancelled& e) {
  const auto& [number, at] = e;
  return std::tie(number, at);
}
inline auto members(const engine::cancel_requested& e) {
  const auto& [number, at] = e;
  return std::tie(number, at);
}
inline auto members(const engine::job_revived& e) {
  const auto& [number, at, record] = e;
  return std::tie(number, at, record);
}

inline auto members(const engine::attempt_started& e) {
  const auto& [attempt, handle, at] = e;
  return std::tie(attempt, handle, at);
}
inline auto members(const engine::job_exited& e) {
  const auto& [attempt, number, exit_code, signal] = e;
  return std::tie(attempt, number, exit_code, signal);
}

template <class Event>
bool same_as(const Event& a, const engine::event& b) {
  const auto* other = std::get_if<Event>(&b);
  return other != nullptr && members(a) == members(*other);
}
inline bool same(const engine::event& a, const engine::event& b) {
  return std::visit([&](const auto& event) { return same_as(event, b); }, a);
}
inline bool same(const queue_event& a, const queue_event& b) {
  return a.queue == b.queue && same(a.what, b.what);
}
template <class Record>
bool same(const Record& a, const Record& b) {
  return a == b;
}
inline bool same(const journal_record& a, const journal_record& b) {
  return a.index() == b.index() && std::visit(
                                       [&](const auto& record) {
                                         using kind = std::decay_t<decltype(record)>;
                                         return same(record, std::get<kind>(b));
                                       },
                                       a);
}
inline bool same(const std::vector<journal_record>& a, const std::vector<journal_record>& b) {
  if (a.size() != b.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same(a[i], b[i]))
      return false;
  return true;
}
inline bool same(const engine::arbiter::share_row& a, const engine::arbiter::share_row& b) {
  return a.pool == b.pool && a.tenant == b.tenant && a.tag == b.tag;
}

// -- values ---------------------------------------------------------------------------------------

inline constexpr engine::time_point noon = engine::from_us(1'795'262'400'000'001);
inline constexpr engine::serial first = engine::make_serial(3, 77);

inline engine::time_point after(std::int64_t seconds) {
  return noon + std::chrono::seconds{seconds};
}

inline engine::job_spec full_spec() {
  return {
      .payload = R"({"host": "a.example", "n": 0.10})",
      .priority = -1000,
      .key = "once",
      .not_before = after(60),
      .concurrency_key = "a.example",
      .cost = {2'500'000},
      .slots = {500'000},
      .batch_key = "\"a\"",
      .batches = false,
      .max_attempts = 7,
      .timeout = engine::milliseconds{90'000},
      .lease = engine::milliseconds{45'000},
      .trace = {}, // came later than the fixtures
  };
}

inline engine::job_record full_record() {
  return {
      .number = first,
      .spec = full_spec(),
      .state = engine::job_state::running,
      .delayed_by = engine::delay_reason::deferred,
      .counts = {4, 1, 3, 2},
      .created = noon,
      .ready_since = after(1),
      .started = after(2),
      .finished = after(3),
      .first_deferred = after(4),
      .attempt = engine::attempt_record{engine::make_serial(3, 90), "worker-1", true,
                                        engine::milliseconds{30'000}, after(2), after(32)},
      .worker = "worker-1",
      .error = engine::failure{"exit status 3", "exit"},
      .result = "[1, 2]",
      .checkpoint = R"({"page":4})",
      .cancel_requested = true,
      .batch_limit = 12,
      .execution = {}, // came later than the fixtures
  };
}

inline engine::fairness_mark full_mark() {
  const auto far = engine::virtual_time{static_cast<engine::wide>(0x0123456789ABCDEF) << 50};
  return {far, {-5}, {1'000'000}, after(5), after(6)};
}

inline std::vector<queue_event> full_events() {
  const engine::queue_number queue{4'000'000'000};
  const auto attempt = engine::make_serial(3, 90);
  return {
      {queue, engine::job_pushed{first, full_spec(), noon}},
      {queue, engine::job_replaced{first, full_spec(), after(1)}},
      {queue, engine::jobs_taken{attempt,
                                 {first, {first.value + 1}, {first.value - 7}, {~0ULL}},
                                 "worker-1",
                                 true,
                                 engine::milliseconds{30'000},
                                 after(2),
                                 after(32),
                                 full_mark()}},
      {queue, engine::lease_extended{attempt, engine::milliseconds{30'000}, engine::never}},
      {queue,
       engine::job_settled{attempt, first, engine::try_kind::released, engine::job_state::delayed,
                           engine::delay_reason::backing_off, after(9), after(19),
                           engine::failure{"no route", "net"}, "null", "7", 50}},
      {queue, engine::job_cancelled{first, after(10)}},
      {queue, engine::cancel_requested{first, after(11)}},
      {queue, engine::job_revived{first, after(12), full_record()}},
  };
}

inline std::vector<queue_event> bare_events() {
  return {
      {{}, engine::job_pushed{}},       {{}, engine::job_replaced{}}, {{}, engine::jobs_taken{}},
      {{}, engine::lease_extended{}},   {{}, engine::job_settled{}},  {{}, engine::job_cancelled{}},
      {{}, engine::cancel_requested{}}, {{}, engine::job_revived{}},
  };
}

inline engine::type_settings full_type() {
  return {
      .retry = {9, engine::milliseconds{10}, engine::milliseconds{20}, false},
      .max_crashes = 4,
      .lease = engine::milliseconds{5},
      .timeout = engine::milliseconds{6},
      .max_running = 7,
      .max_running_per_tenant = 8,
      .rate = engine::rate_settings{0.1, 2.5},
      .batch = engine::batch_settings{100, engine::milliseconds{11}, "/host"},
      .poll = {engine::milliseconds{12}, engine::milliseconds{13}, 1.5, 14,
               engine::milliseconds{15}},
      .dedup = engine::dedup_policy::replace,
      .dedup_for = engine::milliseconds{16},
      .age = engine::milliseconds{17},
      .executor = "process",
      .executor_options = R"({"command":["true"]})",
      .paused = true,
  };
}

/// Each kind of setting with every member set, with none, and deleted.
inline std::vector<setting_changed> settings() {
  using engine::micro;
  return {
      {setting_kind::type, "scan", full_type()},
      {setting_kind::type, "plain", engine::type_settings{}},
      {setting_kind::type, "gone", {}},
      {setting_kind::tenant, "acme", engine::tenant_settings{micro{2'500'000}, 3, 4, true}},
      {setting_kind::tenant, "plain", engine::tenant_settings{}},
      {setting_kind::tenant, "gone", {}},
      {setting_kind::pool, "default",
       engine::pool_settings{micro::of(8), engine::cost_unit::runtime, engine::milliseconds{5}}},
      {setting_kind::pool, "plain", engine::pool_settings{}},
      {setting_kind::pool, "gone", {}},
      {setting_kind::key, "a.example", engine::key_settings{2, engine::rate_settings{3.0, 4.0}}},
      {setting_kind::key, "plain", engine::key_settings{}},
      {setting_kind::key, "gone", {}},
      {setting_kind::executor, "docker",
       engine::executor_settings{"docker", micro::of(2), R"({"socket":"/run/docker.sock"})"}},
      {setting_kind::executor, "plain", engine::executor_settings{}},
      {setting_kind::executor, "gone", {}},
  };
}

/// One of everything that a journal keeps.
inline std::vector<journal_record> records() {
  std::vector<journal_record> all;
  for (auto& event : full_events())
    all.emplace_back(std::move(event));
  for (auto& event : bare_events())
    all.emplace_back(std::move(event));
  for (auto& change : settings())
    all.emplace_back(std::move(change));
  all.emplace_back(queue_opened{{17}, "scan", "acme"});
  all.emplace_back(queue_opened{});
  all.emplace_back(queue_paused{"scan", "acme", true});
  all.emplace_back(queue_paused{});
  all.emplace_back(daemon_started{3, noon});
  all.emplace_back(daemon_started{});
  return all;
}

inline std::string group_of(const std::vector<journal_record>& all) {
  std::string bytes;
  byte_writer out{bytes};
  encode_group_head(out);
  for (const auto& record : all)
    encode(out, record);
  return bytes;
}

inline job_row full_row() { return {123'456'789'012, full_record()}; }
/// What came later: a new member at the end of the list, which older bytes don't have.
inline job_row traced_row() {
  auto row = full_row();
  row.record.spec.trace =
      engine::trace_context{"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "vendor=1"};
  return row;
}
inline dedup_row full_key() { return {"once", first, engine::job_state::failed, after(3600)}; }
inline engine::arbiter::share_row full_share() { return {"default", "acme", full_mark().tag}; }

inline std::vector<engine::job_record> ended_jobs() {
  auto failed = full_record();
  failed.state = engine::job_state::failed;
  failed.attempt.reset();
  engine::job_record succeeded;
  succeeded.number = {first.value + 1};
  succeeded.state = engine::job_state::succeeded;
  return {failed, succeeded, engine::job_record{}};
}

} // namespace rota::persistence::samples
