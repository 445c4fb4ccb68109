#include "engine/queue/job_rules.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <cmath>
#include <limits>

using namespace rota::engine;
using namespace std::chrono_literals;

namespace {

constexpr job_state states[] = {job_state::delayed,  job_state::ready,     job_state::starting,
                                job_state::running,  job_state::succeeded, job_state::failed,
                                job_state::cancelled};

ended_try error_try(std::uint32_t attempts, std::uint32_t crashes, std::uint32_t max_attempts) {
  ended_try t;
  t.attempts = attempts;
  t.crashes = crashes;
  t.max_attempts = max_attempts;
  t.max_crashes = 3;
  return t;
}

} // namespace

TEST_CASE("a job state's word leads back to the state", "[job_rules]") {
  for (auto s : states)
    CHECK(from_word<job_state>(to_text(s)) == s);
  CHECK_FALSE(from_word<job_state>("Ready"));
  CHECK_FALSE(from_word<job_state>(""));
}

TEST_CASE("a state is left by the commands of its row and no others", "[job_rules]") {
  using c = job_command;
  auto commands_of = [](job_state s) {
    std::vector<job_command> found;
    for (std::size_t i = 0; i < job_command_count; ++i) {
      auto command = static_cast<job_command>(i);
      if (allows(s, command))
        found.push_back(command);
    }
    return found;
  };
  CHECK(commands_of(job_state::delayed) == std::vector{c::come_due, c::replace, c::cancel});
  CHECK(commands_of(job_state::ready) == std::vector{c::replace, c::take, c::cancel});
  for (auto s : {job_state::starting, job_state::running})
    CHECK(commands_of(s) == std::vector{c::complete, c::crash, c::defer, c::release, c::cancel});
  CHECK(commands_of(job_state::succeeded).empty());
  CHECK(commands_of(job_state::failed) == std::vector{c::revive});
  CHECK(commands_of(job_state::cancelled) == std::vector{c::revive});
}

TEST_CASE("no command but revive leads out of an end", "[job_rules]") {
  for (auto from : {job_state::succeeded, job_state::failed, job_state::cancelled}) {
    for (std::size_t i = 0; i < job_command_count; ++i) {
      for (auto to : states) {
        auto command = static_cast<job_command>(i);
        bool put_back = from != job_state::succeeded && command == job_command::revive &&
                        to == job_state::ready;
        INFO(to_text(from) << ", command " << i << ' ' << to_text(to));
        CHECK(leads_to(from, command, to) == put_back);
      }
    }
  }
}

TEST_CASE("an error ends a job when its tries without crashes are used up", "[job_rules]") {
  CHECK(fate_of(error_try(1, 0, 1)) == fate::failed);
  CHECK(fate_of(error_try(1, 0, 3)) == fate::back_off);
  CHECK(fate_of(error_try(2, 0, 3)) == fate::back_off);
  CHECK(fate_of(error_try(3, 0, 3)) == fate::failed);
  CHECK(fate_of(error_try(3, 1, 3)) == fate::back_off);
  CHECK(fate_of(error_try(5, 2, 3)) == fate::failed);
  CHECK(fate_of(error_try(4, 0, 3)) == fate::failed); // the limit was lowered meanwhile
}

TEST_CASE("an error that cannot be retried ends a job at once", "[job_rules]") {
  auto t = error_try(1, 0, 100);
  t.retryable = false;
  CHECK(fate_of(t) == fate::failed);
}

TEST_CASE("a crash ends a job only past its own limit", "[job_rules]") {
  ended_try t;
  t.kind = try_kind::crashed;
  t.max_attempts = 1;
  t.max_crashes = 2;
  for (std::uint32_t crashes : {1U, 2U}) {
    t.attempts = t.crashes = crashes;
    CHECK(fate_of(t) == fate::ready_again);
  }
  t.attempts = t.crashes = 3;
  CHECK(fate_of(t) == fate::failed);
}

TEST_CASE("a cancel takes precedence over every other end of a try", "[job_rules]") {
  for (auto kind : {try_kind::counted, try_kind::crashed, try_kind::deferred, try_kind::released}) {
    for (bool succeeded : {false, true}) {
      ended_try t;
      t.kind = kind;
      t.succeeded = succeeded;
      t.max_attempts = 10;
      t.cancel_requested = true;
      CHECK(fate_of(t) == fate::cancelled);
    }
  }
}

TEST_CASE("released and deferred tries go on, unless polling has reached a limit", "[job_rules]") {
  ended_try t;
  t.kind = try_kind::released;
  CHECK(fate_of(t) == fate::ready_again);
  t.kind = try_kind::deferred;
  CHECK(fate_of(t) == fate::poll_later);
  t.polls_exhausted = true;
  CHECK(fate_of(t) == fate::failed);
}

TEST_CASE("the fates that the rules give are in the state table", "[job_rules]") {
  rc::prop("for any try", [](bool succeeded, bool retryable, bool cancelled, std::uint8_t attempts,
                             std::uint8_t crashes) {
    for (auto kind :
         {try_kind::counted, try_kind::crashed, try_kind::deferred, try_kind::released}) {
      ended_try t{kind, succeeded, retryable, false, cancelled, attempts, crashes, 3, 3};
      auto command = command_of(kind);
      switch (fate_of(t)) {
      case fate::succeeded:
        RC_ASSERT(leads_to(job_state::running, command, job_state::succeeded));
        break;
      case fate::failed: RC_ASSERT(leads_to(job_state::running, command, job_state::failed)); break;
      case fate::cancelled:
        RC_ASSERT(leads_to(job_state::running, command, job_state::cancelled));
        break;
      case fate::ready_again:
        RC_ASSERT(leads_to(job_state::running, command, job_state::ready));
        break;
      case fate::back_off:
      case fate::poll_later:
        RC_ASSERT(leads_to(job_state::running, command, job_state::delayed));
        break;
      }
    }
  });
}

TEST_CASE("B9: the wait after an error doubles up to its cap", "[job_rules]") {
  retry_settings retry{.max_attempts = 100, .base = 15s, .max = 100s, .jitter = false};
  CHECK(backoff_cap(retry, 1) == 15s);
  CHECK(backoff_cap(retry, 2) == 30s);
  CHECK(backoff_cap(retry, 3) == 60s);
  CHECK(backoff_cap(retry, 4) == 100s);
  CHECK(backoff_cap(retry, 70) == 100s);
  CHECK(backoff_cap(retry, UINT32_MAX) == 100s);
  CHECK(backoff_delay(retry, {7}, 2, 2) == 30s);
  retry.max = 20s;
  CHECK(backoff_cap(retry, 2) == 20s);
  retry.base = 0s;
  CHECK(backoff_cap(retry, 5) == 0s);
  retry.base = retry.max = milliseconds::max();
  CHECK(backoff_cap(retry, 5) == duration::max());
}

TEST_CASE("B9: full jitter spreads waits over all of the cap and is repeatable", "[job_rules]") {
  retry_settings retry{.max_attempts = 3, .base = 1000ms, .max = 600s, .jitter = true};
  double sum = 0;
  duration least = duration::max();
  duration most{0};
  for (std::uint64_t job = 1; job <= 10'000; ++job) {
    auto d = backoff_delay(retry, {job}, 1, 1);
    REQUIRE(d == backoff_delay(retry, {job}, 1, 1));
    REQUIRE(d >= duration{0});
    REQUIRE(d <= 1000ms);
    least = std::min(least, d);
    most = std::max(most, d);
    sum += static_cast<double>(d.count());
  }
  CHECK(least < 10ms);
  CHECK(most > 990ms);
  CHECK(std::abs(sum / 10'000 - 500'000) < 15'000);
  CHECK(backoff_delay(retry, {1}, 1, 1) != backoff_delay(retry, {1}, 2, 1));
}

TEST_CASE("L10: the wait between polls grows by its factor up to its cap", "[job_rules]") {
  poll_settings poll{.min = 100ms, .max = 1000ms, .factor = 1.1, .max_polls = {}, .deadline = {}};
  CHECK(poll_delay(poll, 0) == 100ms);
  CHECK(poll_delay(poll, 1) == 110ms);
  CHECK(poll_delay(poll, 10) / 1ms == 259);
  CHECK(poll_delay(poll, 10'000) == 1000ms);
  CHECK(poll_delay(poll, UINT32_MAX) == 1000ms);
  poll.factor = std::numeric_limits<double>::quiet_NaN();
  CHECK(poll_delay(poll, 3) == 1000ms);
  poll.factor = std::numeric_limits<double>::infinity();
  CHECK(poll_delay(poll, 3) == 1000ms);
}

TEST_CASE("a poll plan obeys the requested delay, the number of polls and the deadline",
          "[job_rules]") {
  poll_settings poll;
  auto at = [](int s) { return time_point{} + std::chrono::seconds{s}; };
  poll_request request{
      .polls = 1, .polls_in_row = 0, .first_deferred = at(10), .after = {}, .now = at(10)};
  CHECK(plan_poll(poll, request).due == at(11));
  request.polls_in_row = 2;
  CHECK(plan_poll(poll, request).due == at(14));
  request.after = 60s;
  CHECK(plan_poll(poll, request).due == at(70));
  request.after = -1s;
  CHECK(plan_poll(poll, request).due == at(10));

  SECTION("at most max_polls polls") {
    poll.max_polls = 2;
    request.polls = 2;
    CHECK_FALSE(plan_poll(poll, request).exhausted);
    request.polls = 3;
    CHECK(plan_poll(poll, request).exhausted->kind == "max_polls");
  }
  SECTION("the last poll is at the deadline") {
    poll.deadline = 30s;
    request.after = 60s;
    CHECK(plan_poll(poll, request).due == at(40));
    request.now = at(40);
    CHECK(plan_poll(poll, request).exhausted->kind == "deadline");
  }
}

TEST_CASE("an order key ages by priority and saturates", "[job_rules]") {
  CHECK(order_of(from_us(5'000'000), 0, 60s) == 5'000'000);
  CHECK(order_of(from_us(5'000'000), 2, 60s) == 125'000'000);
  CHECK(order_of(from_us(5'000'000), -1, 60s) == -55'000'000);
  CHECK(order_of(never, 1000, 60s) == std::numeric_limits<order_key>::max());
  CHECK(order_of(time_point{}, -1000, milliseconds::max()) ==
        std::numeric_limits<order_key>::min());
}

TEST_CASE("times and durations add up without overflow", "[job_rules]") {
  CHECK(saturating_add(from_us(1), milliseconds{2}) == from_us(2001));
  CHECK(saturating_add(from_us(1), milliseconds::max()) == never);
  CHECK(saturating_add(never, duration{1}) == never);
}
