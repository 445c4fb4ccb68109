// Random commands against a naive model; then the same events on a second queue, and the rows of
// snapshots on a third one. RapidCheck prints the seed of a failed run.
#include "engine/queue/job_rules.hpp"
#include "tests/engine/queue/queue_comparison.hpp"
#include "tests/engine/queue/queue_driver.hpp"
#include "tests/engine/queue/queue_model.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <map>
#include <random>
#include <set>

using namespace rota::engine;
using namespace rota::engine::test;

namespace {

class dice {
public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}
  /// A number from 0 to n - 1.
  int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }
  bool one_in(int n) { return below(n) == 0; }
  template <class T>
  const T& any_of(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
  }

private:
  std::mt19937_64 engine_;
};

type_settings random_settings(dice& d) {
  type_settings s;
  s.retry.max_attempts = static_cast<std::uint32_t>(1 + d.below(4));
  s.retry.base = milliseconds{d.below(3) * 1000};
  s.retry.max = 5s;
  s.max_crashes = static_cast<std::uint32_t>(d.below(3));
  s.lease = 5s;
  s.age = milliseconds{d.below(3) * 500};
  s.dedup_for = milliseconds{d.below(3) * 3000};
  s.dedup = d.one_in(2) ? dedup_policy::replace : dedup_policy::return_first;
  if (d.one_in(2))
    s.timeout = 7s;
  if (!d.one_in(3)) {
    s.batch = batch_settings{static_cast<std::uint32_t>(1 + d.below(6)),
                             milliseconds{d.below(2) * 300}, ""};
  }
  if (d.one_in(2))
    s.poll.max_polls = 2;
  if (d.one_in(3))
    s.poll.deadline = 6s;
  return s;
}

/// The commands, each performed on the queue and on the model; all answers are compared.
class run {
public:
  explicit run(std::uint64_t seed)
      : dice_(seed), settings_(random_settings(dice_)), driver_(settings_), model_(settings_) {}

  void step() {
    switch (dice_.below(14)) {
    case 0:
    case 1:
    case 2: push(); break;
    case 3:
    case 4:
    case 5: take(); break;
    case 6:
    case 7: complete(); break;
    case 8: give_back(); break;
    case 9: extend(); break;
    case 10: cancel(); break;
    case 11: revive(); break;
    case 12: pass(); break;
    case 13:
      if (dice_.one_in(3))
        snapshot();
      break;
    }
    comparison_.compare();
  }

  void replay_agrees() {
    queue again({{1}, "type", "tenant"}, settings_);
    for (const auto& e : driver_.log)
      again.apply(e);
    again.advance(driver_.now);
    comparison_.compare_to(again, true);
    RC_ASSERT(again.next_wake() == driver_.core.next_wake());
  }

  void restore_agrees() {
    snapshot();
    queue restored({{1}, "type", "tenant"}, settings_);
    for (const auto& [key, change] : key_rows_)
      restored.restore_key(key, change.first, change.state, change.forget_at);
    for (const auto& [number, row] : rows_)
      restored.restore(row);
    restored.advance(driver_.now);
    comparison_.compare_to(restored, false);
    RC_ASSERT(restored.dirty_count() == 0U);
    for (const auto& key : {"a", "b"}) {
      auto here = driver_.core.decide_push(with_key(key), {1'000'000}, driver_.now);
      auto there = restored.decide_push(with_key(key), {1'000'000}, driver_.now);
      RC_ASSERT(here.index() == there.index());
      if (auto* duplicate = std::get_if<duplicate_push>(&here)) {
        RC_ASSERT(duplicate->first == std::get<duplicate_push>(there).first);
        RC_ASSERT(duplicate->state == std::get<duplicate_push>(there).state);
      }
    }
  }

private:
  // -- commands -----------------------------------------------------------------------------------

  void push() {
    job_spec spec;
    spec.payload = std::to_string(dice_.below(1000));
    spec.priority = static_cast<std::int16_t>(dice_.below(5) - 2);
    if (dice_.one_in(3))
      spec.options.key = dice_.one_in(2) ? "a" : "b";
    if (dice_.one_in(4))
      spec.options.not_before = driver_.now + milliseconds{dice_.below(5000) - 500};
    if (dice_.one_in(4))
      spec.options.concurrency_key = "host";
    if (dice_.one_in(4))
      spec.options.cost = micro::of(1 + dice_.below(3));
    spec.options.batches = !dice_.one_in(5);
    if (dice_.one_in(4))
      spec.options.batch_key = "v";
    if (dice_.one_in(5))
      spec.options.max_attempts = 1;
    if (dice_.one_in(5))
      spec.options.timeout = 2s;
    auto holder = model_.holder(spec.options.key);
    auto decision = driver_.offer(spec);
    if (auto* pushed = std::get_if<job_pushed>(&decision)) {
      // Computed first, because RC_ASSERT evaluates both sides of an "or".
      bool replaces_ended = holder && settings_.dedup == dedup_policy::replace &&
                            has_ended(model_.holder_state(spec.options.key));
      RC_ASSERT(!holder.has_value() || replaces_ended);
      model_.push(pushed->number, spec, driver_.now);
    } else if (auto* replaced = std::get_if<job_replaced>(&decision)) {
      RC_ASSERT(settings_.dedup == dedup_policy::replace);
      RC_ASSERT(holder == replaced->number);
      RC_ASSERT(is_waiting(model_.holder_state(spec.options.key)));
      model_.replace(replaced->number, spec, driver_.now);
    } else {
      auto& duplicate = std::get<duplicate_push>(decision);
      RC_ASSERT(holder == duplicate.first);
      RC_ASSERT(duplicate.state == model_.holder_state(spec.options.key));
    }
  }

  void take() {
    auto lanes = driver_.core.all_lanes();
    if (lanes.empty())
      return;
    const auto& lane = dice_.any_of(lanes);
    auto most = static_cast<std::uint32_t>(1 + dice_.below(6));
    std::vector<serial> expected;
    const auto lanes_now = model_.lanes();
    for (const auto* j : lanes_now.at(*lane.traits)) {
      if (expected.size() < std::min(most, lane.traits->batch_max))
        expected.push_back(j->record.number);
    }
    auto t = driver_.try_take_from(lane.lane, most);
    RC_ASSERT(t.has_value());
    RC_ASSERT(t->jobs == expected);
    model_.take(t->attempt, t->jobs, "w", settings_.lease, driver_.now);
  }

  /// Any job that an attempt holds.
  std::optional<std::pair<serial, serial>> some_held() {
    auto attempts = driver_.core.attempts();
    if (attempts.empty())
      return std::nullopt;
    auto attempt = dice_.any_of(attempts);
    auto jobs = driver_.core.jobs_of(attempt);
    return std::pair{attempt, dice_.any_of(jobs)};
  }

  void complete() {
    auto held = some_held();
    if (!held)
      return;
    auto [attempt, number] = *held;
    bool succeeded = dice_.one_in(2);
    bool retryable = !dice_.one_in(4);
    auto how = succeeded ? success("7") : error("boom", retryable);
    auto answer = driver_.core.decide_complete(attempt, number, how, driver_.now);
    RC_ASSERT(answer.has_value());
    check_wait(*answer);
    driver_.apply(*answer);
    auto& r = model_.find(number)->record;
    r.result = succeeded ? std::optional<std::string>{"7"} : r.result;
    r.error = succeeded ? r.error : failure{"boom", ""};
    model_.end_try(attempt, number, try_kind::counted, succeeded, retryable, false, answer->due,
                   driver_.now);
  }

  void give_back() {
    auto held = some_held();
    if (!held)
      return;
    auto [attempt, number] = *held;
    auto& job = *model_.find(number);
    switch (dice_.below(3)) {
    case 0:
      driver_.release({attempt, {number}});
      model_.end_try(attempt, number, try_kind::released, false, true, false, {}, driver_.now);
      break;
    case 1:
      driver_.lose({attempt, {number}});
      job.record.error = failure{"the attempt was lost", "crashed"};
      model_.end_try(attempt, number, try_kind::crashed, false, true, false, {}, driver_.now);
      break;
    default: defer(attempt, number, job); break;
    }
  }

  void defer(serial attempt, serial number, queue_model::job& job) {
    auto checkpoint = std::to_string(dice_.below(2));
    std::optional<milliseconds> after;
    if (dice_.one_in(2))
      after = milliseconds{dice_.below(3000)};
    auto answer = driver_.core.decide_defer(attempt, number, after, checkpoint, driver_.now);
    RC_ASSERT(answer.has_value());
    driver_.apply(*answer);
    auto& r = job.record;
    auto polls = model_.record(job).counts.polls + 1;
    auto first = r.first_deferred.value_or(driver_.now);
    bool too_many = settings_.poll.max_polls && polls > *settings_.poll.max_polls;
    bool too_late = settings_.poll.deadline && driver_.now >= first + *settings_.poll.deadline;
    bool progress = r.checkpoint != checkpoint;
    r.counts.polls_in_row = progress ? 1 : r.counts.polls_in_row + 1;
    r.checkpoint = checkpoint;
    r.first_deferred = first;
    if ((too_many || too_late) && !r.cancel_requested) {
      RC_ASSERT(answer->error.has_value());
      RC_ASSERT(answer->error->kind == (too_many ? "max_polls" : "deadline"));
      r.error = answer->error;
    } else if (answer->state == job_state::delayed) {
      auto wait = answer->due - driver_.now;
      auto most = after ? duration{*after} : duration{1s * (1 << (r.counts.polls_in_row - 1))};
      bool clamped = settings_.poll.deadline && answer->due == first + *settings_.poll.deadline;
      RC_ASSERT(wait == most || (clamped && wait < most));
    }
    model_.end_try(attempt, number, try_kind::deferred, false, true, too_many || too_late,
                   answer->due, driver_.now);
  }

  void extend() {
    if (auto held = some_held()) {
      RC_ASSERT(!driver_.extend(held->first, 4s));
      model_.extend(held->first, 4s, driver_.now);
    }
  }

  void cancel() {
    const auto& jobs = model_.jobs();
    if (jobs.empty())
      return;
    auto number = dice_.any_of(jobs).record.number;
    bool ended = has_ended(model_.find(number)->record.state);
    auto refused = driver_.cancel(number);
    RC_ASSERT(refused == (ended ? std::optional{errc::wrong_state} : std::nullopt));
    if (!ended)
      model_.cancel(number, driver_.now);
  }

  void revive() {
    std::vector<job_record> candidates;
    for (const auto& j : model_.jobs())
      candidates.push_back(model_.record(j));
    for (const auto& [number, record] : history_)
      candidates.push_back(record);
    if (candidates.empty())
      return;
    auto record = dice_.any_of(candidates);
    bool can = record.state == job_state::failed || record.state == job_state::cancelled;
    auto here = model_.find(record.number) != nullptr;
    auto refused = here ? driver_.revive(record.number)
                        : driver_.commit(driver_.core.decide_revive(record, driver_.now));
    RC_ASSERT(refused == (can ? std::nullopt : std::optional{errc::wrong_state}));
    if (can) {
      history_.erase(record.number);
      model_.revive(record, driver_.now);
    }
  }

  /// Advances the time; everything due happens one by one, and nothing else.
  void pass() {
    driver_.now += milliseconds{1 + dice_.below(3000)};
    driver_.core.advance(driver_.now);
    model_.pass(driver_.now);
    while (auto e = driver_.core.decide_overdue(driver_.now)) {
      const auto& settled = std::get<job_settled>(*e);
      auto& job = *model_.find(settled.number);
      const auto& terms = model_.leases().at(settled.attempt).terms;
      bool timeout = settled.kind == try_kind::counted;
      RC_ASSERT((timeout ? job.timeout_at.value() : terms.deadline) <= driver_.now);
      check_wait(settled);
      job.record.error = timeout ? failure{"the attempt timed out", "timeout"}
                                 : failure{"the lease expired", "crashed"};
      model_.end_try(settled.attempt, settled.number, settled.kind, false, true, false, settled.due,
                     driver_.now);
      driver_.apply(std::move(*e));
    }
    RC_ASSERT(driver_.core.next_wake() > driver_.now);
  }

  void check_wait(const job_settled& e) {
    if (e.kind != try_kind::counted || !is_waiting(e.state))
      return;
    auto counts = driver_.get(e.number).counts;
    auto cap = backoff_cap(settings_.retry, counts.attempts - counts.crashes);
    RC_ASSERT(e.due - e.at >= duration{0});
    RC_ASSERT(e.due - e.at <= cap);
  }

  // -- snapshots ----------------------------------------------------------------------------------

  void snapshot() {
    std::set<serial> seen;
    while (driver_.core.dirty_count() > 0) {
      for (auto [number, stored] : driver_.core.take_dirty(2)) {
        RC_ASSERT(seen.insert(number).second);
        auto record = driver_.get(number);
        RC_ASSERT(stored || rows_.count(number) == 0U);
        if (has_ended(record.state)) {
          rows_.erase(number);
          history_[number] = record;
          driver_.core.forget(number);
          RC_ASSERT(!driver_.core.find(number));
        } else {
          rows_[number] = record;
        }
      }
    }
    while (driver_.core.has_key_changes()) {
      for (auto& change : driver_.core.take_key_changes(1)) {
        if (change.dropped)
          RC_ASSERT(key_rows_.erase(change.key) == 1U);
        else
          key_rows_[change.key] = change;
      }
    }
    model_.forget_ended();
  }

  dice dice_;
  type_settings settings_;
  queue_driver driver_;
  queue_model model_;
  queue_comparison comparison_{driver_, model_};
  std::map<serial, job_record> rows_;
  std::map<serial, job_record> history_;
  std::map<std::string, key_change> key_rows_;
};

} // namespace

TEST_CASE("a queue agrees with a naive model, with its own replay and with its snapshots",
          "[queue][property]") {
  rc::prop("after any commands", [](std::uint64_t seed) {
    auto steps = *rc::gen::inRange(1, 200);
    run r(seed);
    for (int i = 0; i < steps; ++i)
      r.step();
    r.replay_agrees();
    r.restore_agrees();
  });
}
