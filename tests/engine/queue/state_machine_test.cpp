// Every state against every command: the queue does exactly what the table below says.
#include "engine/queue/job_rules.hpp"
#include "tests/engine/queue/queue_driver.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <functional>

using namespace rota::engine;
using namespace rota::engine::test;

namespace {

/// A job in a state, and the attempt that holds it or held it last.
struct prepared_job {
  queue_driver driver{plain_settings()};
  queue_driver::taken held;
  serial job() const { return held.jobs.at(0); }
};

prepared_job prepare(job_state state) {
  prepared_job s;
  auto& d = s.driver;
  if (state == job_state::delayed) {
    s.held = {{999}, {d.push_at(d.now + 1h)}};
    return s;
  }
  auto job = d.push();
  s.held = {{999}, {job}};
  if (state == job_state::ready)
    return s;
  s.held = *d.try_take_from(*d.first_lane(), 1, {}, state == job_state::starting);
  switch (state) {
  case job_state::succeeded: d.complete(s.held); break;
  case job_state::failed: d.complete(s.held, error("no", false)); break;
  case job_state::cancelled:
    d.cancel(job);
    d.complete(s.held);
    break;
  default: break;
  }
  return s;
}

/// A command's answer, and the job's state afterwards.
struct expected {
  std::optional<errc> refused;
  job_state after;
};

using enum job_state;
constexpr auto no = std::nullopt;

/// Of a command that settles an attempt.
expected settled_as(job_state from, job_state after) {
  return is_in_flight(from) ? expected{no, after} : expected{errc::lease_lost, from};
}

struct command {
  std::string_view name;
  bool ends_try;
  std::function<std::optional<errc>(queue_driver&, const queue_driver::taken&)> perform;
  expected (*expectation)(job_state from);
};

const command commands[] = {
    // Two hours later: delayed jobs are due, and leases have expired, so their jobs are ready again.
    // Executed attempts wait for their executor.
    {"advance", true,
     [](auto& d, auto&) {
       d.wait(2h);
       return no;
     },
     [](auto from) {
       return expected{no, from == delayed || from == running ? ready : from};
     }},
    {"take", false,
     [](auto& d, auto&) { return d.try_take() ? no : std::optional{errc::wrong_state}; },
     [](auto from) {
       return from == ready ? expected{no, running} : expected{errc::wrong_state, from};
     }},
    {"succeed", true, [](auto& d, auto& held) { return d.complete(held); },
     [](auto from) { return settled_as(from, succeeded); }},
    {"fail", true, [](auto& d, auto& held) { return d.complete(held, error()); },
     [](auto from) { return settled_as(from, delayed); }},
    {"fail for good", true,
     [](auto& d, auto& held) { return d.complete(held, error("no", false)); },
     [](auto from) { return settled_as(from, failed); }},
    {"release", true, [](auto& d, auto& held) { return d.release(held); },
     [](auto from) { return settled_as(from, ready); }},
    {"defer", true, [](auto& d, auto& held) { return d.defer(held, 5s); },
     [](auto from) { return settled_as(from, delayed); }},
    {"lose", true, [](auto& d, auto& held) { return d.lose(held); },
     [](auto from) { return settled_as(from, ready); }},
    {"extend", false, [](auto& d, auto& held) { return d.extend(held.attempt); },
     [](auto from) {
       return from == running ? expected{no, from} : expected{errc::lease_lost, from};
     }},
    {"cancel", false, [](auto& d, auto& held) { return d.cancel(held.job()); },
     [](auto from) {
       return has_ended(from) ? expected{errc::wrong_state, from}
                              : expected{no, is_in_flight(from) ? from : cancelled};
     }},
    {"revive", false, [](auto& d, auto& held) { return d.revive(held.job()); },
     [](auto from) {
       return from == failed || from == cancelled ? expected{no, ready}
                                                  : expected{errc::wrong_state, from};
     }},
};

job_settled settled(serial attempt, serial job, time_point at) {
  job_settled e;
  e.attempt = attempt;
  e.number = job;
  e.at = at;
  return e;
}

constexpr std::array all_states{job_state::delayed,  job_state::ready,     job_state::starting,
                                job_state::running,  job_state::succeeded, job_state::failed,
                                job_state::cancelled};

} // namespace

TEST_CASE("each command does in each state what the table says", "[state_machine]") {
  for (auto from : all_states) {
    for (const auto& command : commands) {
      auto s = prepare(from);
      REQUIRE(s.driver.state(s.job()) == from);
      auto before = s.driver.get(s.job());
      auto [refused, after] = command.expectation(from);
      INFO(to_text(from) << ", command " << command.name);
      CHECK(command.perform(s.driver, s.held) == refused);
      CHECK(s.driver.state(s.job()) == after);
      if (refused)
        CHECK(s.driver.get(s.job()) == before);
    }
  }
}

TEST_CASE("after a cancel of a running job every end of its try is cancelled", "[state_machine]") {
  for (auto from : {job_state::starting, job_state::running}) {
    for (const auto& command : commands) {
      if (!command.ends_try || (from == starting && command.name == "advance"))
        continue; // an executed attempt is never ended by time
      auto s = prepare(from);
      REQUIRE_FALSE(s.driver.cancel(s.job()));
      CHECK(s.driver.state(s.job()) == from);
      CHECK(s.driver.core.cancelling(s.job()));
      CHECK_FALSE(command.perform(s.driver, s.held));
      CHECK(s.driver.state(s.job()) == job_state::cancelled);
      CHECK_FALSE(s.driver.core.cancelling(s.job()));
    }
  }
}

TEST_CASE("an unknown job is not found and its attempt is lost", "[state_machine]") {
  queue_driver d;
  CHECK(d.cancel({7}) == errc::not_found);
  CHECK(d.revive({7}) == errc::not_found);
  CHECK(d.complete(serial{8}, serial{7}) == errc::lease_lost);
  CHECK(d.extend({8}) == errc::lease_lost);
  CHECK_FALSE(d.core.find({7}));
  CHECK_FALSE(d.core.position({7}));
}

TEST_CASE("events about jobs that a snapshot has settled are ignored", "[state_machine]") {
  for (auto state : all_states) {
    auto s = prepare(state);
    auto before = s.driver.get(s.job());
    const auto at = s.driver.now;
    auto& core = s.driver.core;
    core.apply(jobs_taken{{50}, {{77}}, "w", false, 1s, at, at + 1s, {}});
    core.apply(settled({50}, s.job(), at));
    core.apply(settled({50}, {77}, at));
    core.apply(job_cancelled{{77}, at});
    core.apply(cancel_requested{{77}, at});
    core.apply(job_revived{{77}, at, {}});
    core.apply(job_replaced{{77}, {}, at});
    core.apply(lease_extended{{50}, 1s, at});
    core.apply(job_pushed{s.job(), {}, at});
    CHECK(core.find(s.job()) == before);
    CHECK(core.attempts().size() == (is_in_flight(state) ? 1U : 0U));
  }
}

TEST_CASE("no event moves a job along a path that is not in the table", "[state_machine]") {
  for (auto from : all_states) {
    for (auto to : all_states) {
      for (auto kind :
           {try_kind::counted, try_kind::crashed, try_kind::deferred, try_kind::released}) {
        auto s = prepare(from);
        auto e = settled(s.held.attempt, s.job(), s.driver.now);
        e.kind = kind;
        e.state = to;
        e.due = s.driver.now + 1h;
        s.driver.core.apply(e);
        auto moved = leads_to(from, command_of(kind), to);
        CHECK(s.driver.state(s.job()) == (moved ? to : from));
      }
    }
  }
}
