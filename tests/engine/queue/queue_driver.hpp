// A queue with a clock and a log: what an actor does around the engine, in as few lines as
// possible.
#pragma once
#include "engine/queue/queue.hpp"

#include <algorithm>
#include <concepts>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rota::engine::test {

using namespace std::chrono_literals;

inline job_spec with_payload(std::string payload) { return {std::move(payload), 0, {}}; }

inline job_spec with_priority(int priority) {
  return {"null", static_cast<std::int16_t>(priority), {}};
}

inline job_spec with_key(std::string key, std::string payload = "null") {
  auto spec = with_payload(std::move(payload));
  spec.options.key = std::move(key);
  return spec;
}

/// With default options after `change(options)`.
inline job_spec with_options(auto&& change) {
  job_spec spec;
  change(spec.options);
  return spec;
}

inline job_spec with_concurrency_key(const std::string& key) {
  return with_options([&](auto& o) { o.concurrency_key = key; });
}

inline outcome success(std::optional<std::string> result = {}) {
  return {true, std::move(result), {}, true, {}};
}

inline outcome error(std::string message = "boom", bool retryable = true) {
  return {false, {}, failure{std::move(message), ""}, retryable, {}};
}

/// Without jitter, so that times are predictable.
inline type_settings plain_settings() {
  type_settings s;
  s.retry.jitter = false;
  return s;
}

inline type_settings batch_settings_of(std::uint32_t max_size, milliseconds linger = 0ms) {
  auto s = plain_settings();
  s.batch = batch_settings{max_size, linger, ""};
  return s;
}

class queue_driver {
public:
  explicit queue_driver(type_settings settings = plain_settings())
      : core({{1}, "type", "tenant"}, std::move(settings)) {}
  /// With plain settings after `change(settings)`.
  template <std::invocable<type_settings&> Change>
  explicit queue_driver(Change&& change) : queue_driver(changed(change)) {}

  queue core;
  time_point now = time_point{} + 1h;
  std::vector<event> log;
  queue_tally tally;

  serial fresh() { return {++last_serial_}; }

  void apply(event e) {
    log.push_back(e);
    core.apply(std::move(e), &tally);
  }

  static batch_mark no_mark(std::string_view, const batch_settings&) { return {}; }
  void configure(type_settings settings, const queue::batch_reader& read = no_mark) {
    core.configure(std::make_shared<const type_settings>(std::move(settings)), read);
  }

  /// Advances the clock; everything that is due happens.
  void wait(duration d) {
    now += d;
    settle_due();
  }
  void settle_due() {
    core.advance(now);
    while (auto e = core.decide_overdue(now))
      apply(std::move(*e));
  }

  /// Decides about a push and applies the decision.
  push_decision offer(job_spec spec) {
    auto decision = core.decide_push(std::move(spec), fresh(), now);
    if (auto* pushed = std::get_if<job_pushed>(&decision))
      apply(*pushed);
    else if (auto* replaced = std::get_if<job_replaced>(&decision))
      apply(*replaced);
    return decision;
  }
  serial push(job_spec spec = {}) { return std::get<job_pushed>(offer(std::move(spec))).number; }
  std::vector<serial> push_many(int jobs) {
    std::vector<serial> pushed;
    for (; jobs > 0; --jobs)
      pushed.push_back(push());
    return pushed;
  }
  serial push_at(time_point not_before) {
    return push(with_options([&](auto& o) { o.not_before = not_before; }));
  }

  /// The lane with the least head; nothing if no job is ready.
  std::optional<lane_number> first_lane() const {
    const auto lanes = core.all_lanes();
    const auto best = std::ranges::min_element(
        lanes, {}, [](const lane_report& lane) { return lane.next[0].order; });
    return best == lanes.end() ? std::nullopt : std::optional{best->lane};
  }

  struct taken {
    serial attempt;
    std::vector<serial> jobs;
    serial job() const { return jobs.at(0); }
  };
  /// Takes from the first lane; returns nothing if no job is ready.
  std::optional<taken> try_take(std::uint32_t jobs = 1, std::optional<milliseconds> lease = {}) {
    auto lane = first_lane();
    return lane ? try_take_from(*lane, jobs, lease) : std::nullopt;
  }
  std::optional<taken> try_take_from(lane_number lane, std::uint32_t jobs = 1,
                                     std::optional<milliseconds> lease = {},
                                     bool starting = false) {
    auto e = core.decide_take({fresh(), lane, jobs, "w", starting, lease, {}}, now);
    if (!e)
      return std::nullopt;
    taken t{e->attempt, e->jobs};
    apply(std::move(*e));
    return t;
  }
  taken take(std::uint32_t jobs = 1, std::optional<milliseconds> lease = {}) {
    auto t = try_take(jobs, lease);
    if (!t)
      throw std::logic_error("nothing is ready");
    return *t;
  }

  /// Applies the event, or returns the error if the command was refused.
  template <class Event>
  std::optional<errc> commit(result<Event> answer) {
    if (!answer)
      return answer.error();
    if constexpr (std::is_same_v<Event, cancel_decision>)
      std::visit([this](auto& e) { apply(std::move(e)); }, *answer);
    else
      apply(std::move(*answer));
    return std::nullopt;
  }
  std::optional<errc> complete(const taken& t, outcome how = {}) {
    return complete(t.attempt, t.job(), std::move(how));
  }
  std::optional<errc> complete(serial attempt, serial job, outcome how = {}) {
    return commit(core.decide_complete(attempt, job, std::move(how), now));
  }
  std::optional<errc> release(const taken& t) {
    return commit(core.decide_release(t.attempt, t.job(), now));
  }
  std::optional<errc> defer(const taken& t, std::optional<milliseconds> after = {},
                            std::optional<std::string> checkpoint = {}) {
    return commit(core.decide_defer(t.attempt, t.job(), after, std::move(checkpoint), now));
  }
  std::optional<errc> lose(const taken& t) {
    return commit(core.decide_lost(t.attempt, t.job(), now));
  }
  std::optional<errc> extend(serial attempt, std::optional<milliseconds> lease = {}) {
    return commit(core.decide_extend(attempt, lease, now));
  }
  std::optional<errc> cancel(serial job) { return commit(core.decide_cancel(job, now)); }
  std::optional<errc> revive(serial job) { return commit(core.decide_revive(job, now)); }

  job_record get(serial job) const { return core.find(job).value(); }
  job_state state(serial job) const { return core.state_of(job).value(); }

  /// Hands over everything as a snapshot does; ended jobs leave memory.
  void snapshot() {
    for (const auto& job : core.take_dirty(SIZE_MAX))
      core.forget(job.number);
  }

private:
  static type_settings changed(auto& change) {
    auto settings = plain_settings();
    change(settings);
    return settings;
  }

  std::uint64_t last_serial_ = 0;
};

} // namespace rota::engine::test
