// Each figure of a runtime, caused and then read.
#include "actors/runtime/figures.hpp"
#include "tests/actors/executed_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>

using namespace rota;
using namespace rota::actors;
using namespace rota::tests;
using engine::job_counter;

namespace {

runtime_figures figures_of(runtime_fixture& f, std::size_t tenants = 20) {
  return *f.ask<figures_reply>(figures_command{tenants}).figures;
}

template <class Counts>
Counts of_type(const std::vector<Counts>& all, const std::string& type) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Counts& c) { return c.type == type; });
  INFO("the type " << type);
  REQUIRE(found != all.end());
  return *found;
}
type_counts counts_of(const runtime_figures& f, const std::string& type) {
  return of_type(f.types, type);
}
engine::type_census demand_for(const runtime_figures& f, const std::string& type) {
  return of_type(f.demand, type);
}

std::uint64_t ready_of(const engine::type_census& t) {
  return std::accumulate(t.ready.begin(), t.ready.end(), std::uint64_t{0});
}

/// Pushes one job of each of so many tenants.
push_command push_of_tenants(std::size_t tenants) {
  push_command all;
  for (std::size_t i = 0; i < tenants; ++i)
    all.jobs.push_back({"t", "tenant" + std::to_string(i), {}});
  return all;
}

} // namespace

TEST_CASE("jobs are counted by type and state over all tenants", "[figures]") {
  runtime_fixture f;
  f.ask<push_reply>(push("mail", "a", 3));
  f.ask<push_reply>(push("mail", "b", 2));
  f.ask<push_reply>(push("scan", "a", 1));
  auto later = push("mail", "b");
  later.jobs[0].spec.options.not_before = f.now() + 1h;
  f.ask<push_reply>(later);
  f.ask<pop_reply>(pop_command{"w", {"mail"}, 2, 1, {}, std::nullopt});

  const auto mail = counts_of(figures_of(f), "mail");
  CHECK(mail.jobs.ready == 3);
  CHECK(mail.jobs.delayed == 1);
  CHECK(mail.jobs.running == 2);
  CHECK(mail.count(job_counter::pushed) == 6);
  CHECK(mail.count(job_counter::dispatched) == 2);
  CHECK(counts_of(figures_of(f), "scan").jobs.ready == 1);
}

TEST_CASE("waits and runs are measured with the runtime's clock", "[figures]") {
  runtime_fixture f;
  f.ask<push_reply>(push("t", "a"));
  f.advance(2s);
  const auto popped = f.ask<pop_reply>(pop());
  f.advance(500ms);
  f.ask<complete_reply>(complete(popped.leases));
  const auto t = counts_of(figures_of(f), "t");
  CHECK(t.waits.sum == 2'000'000);
  CHECK(t.runs.sum == 500'000);
  CHECK(t.count(job_counter::succeeded) == 1);
}

TEST_CASE("a lease that runs out is counted once, its jobs each", "[figures]") {
  runtime_fixture f;
  f.ask<setting_view>(put_setting_command{setting_kind::type, "t", R"({"batch":{"max_size":2}})"});
  f.ask<push_reply>(push("t", "a", 2));
  f.ask<pop_reply>(pop(1, {}, 2));
  f.advance(31s, 1s);
  const auto t = counts_of(figures_of(f), "t");
  CHECK(t.count(job_counter::lease_expired) == 1);
  CHECK(t.count(job_counter::crashed) == 2);
}

TEST_CASE("demand shows what waits, why and since when", "[figures]") {
  runtime_fixture f;
  f.ask<push_reply>(push("t", "a", 4));
  const auto since = f.now();
  f.advance(3s);
  f.ask<push_reply>(push("t", "b", 1));
  const auto before = figures_of(f);
  CHECK(demand_for(before, "t").oldest_ready == since);
  CHECK(before.now - since == 3s);
  CHECK(demand_for(before, "t").ready[static_cast<std::size_t>(engine::wait_reason::no_worker)] ==
        5);
  f.ask<drain_reply>(drain_command{true});
  const auto drained = figures_of(f);
  CHECK(drained.draining);
  CHECK(demand_for(drained, "t").ready[static_cast<std::size_t>(engine::wait_reason::draining)] ==
        5);
}

TEST_CASE("the tenants with most waiting jobs come first, at most as many as requested",
          "[figures]") {
  runtime_fixture f;
  for (int i = 1; i <= 5; ++i)
    f.ask<push_reply>(push("t", "tenant" + std::to_string(i), static_cast<std::size_t>(i)));
  const auto found = figures_of(f, 2);
  REQUIRE(found.tenants.size() == 2);
  CHECK(found.tenants[0].tenant == "tenant5");
  CHECK(found.tenants[0].ready == 5);
  CHECK(found.tenants[1].tenant == "tenant4");
  CHECK(found.tenants_with_work == 5);
}

TEST_CASE("a census of many queues is cut into steps, and finds them all", "[figures]") {
  runtime_fixture f;
  auto& c = f.connect();
  constexpr std::size_t tenants = 1'700; // more than three steps
  f.ask<push_reply>(push_of_tenants(tenants));
  const auto first = c.send(figures_command{});
  const auto second = c.send(figures_command{}); // one after the other
  f.run();
  for (const auto request : {first, second}) {
    REQUIRE(c.reply<figures_reply>(request));
    const auto& found = *c.reply<figures_reply>(request)->figures;
    CHECK(found.tenants_with_work == tenants);
    CHECK(ready_of(demand_for(found, "t")) == tenants);
    CHECK(found.queues == tenants);
  }
}

TEST_CASE("no request waits for server.stats, however many tenants there are", "[figures]") {
  runtime_fixture f;
  auto& c = f.connect();
  auto& other = f.connect();
  constexpr std::size_t tenants = 1'700;
  f.ask<push_reply>(push_of_tenants(tenants));
  f.ask<push_reply>(push("t", "tenant1234"));
  f.ask<complete_reply>(c, complete(f.ask<pop_reply>(c, pop(5)).leases));

  const auto stats = c.send(stats_command{});
  const auto again = c.send(stats_command{});
  const auto popped = other.send(pop_command{"w", {"none"}, 1, 1, {}, std::nullopt});
  const auto late = other.send(stats_command{});
  while (!other.answered(popped)) // it reached the arbiter after the first two
    f.run_one();
  CHECK_FALSE(c.answered(stats));
  f.run();
  for (const auto* reply :
       {c.reply<stats_reply>(stats), c.reply<stats_reply>(again), other.reply<stats_reply>(late)}) {
    REQUIRE(reply);
    CHECK(reply->ready == tenants + 1 - 5);
    const auto& pool = reply->pools.front();
    CHECK(pool.view.pool == engine::default_pool);
    CHECK(pool.view.dispatches == 5);
    REQUIRE(pool.tenants.size() == 20);
    CHECK(pool.tenants[0].tenant == "tenant1234");
    CHECK(pool.tenants[0].ready == 2);
    CHECK(pool.tenants[1].ready == 1);
  }
}

TEST_CASE("server.stats names the tenants that were served, even when no work is left",
          "[figures]") {
  runtime_fixture f;
  f.ask<push_reply>(push("t", "a", 3));
  f.ask<push_reply>(push("t", "b", 1));
  f.ask<complete_reply>(complete(f.ask<pop_reply>(pop(4)).leases));
  const auto stats = f.ask<stats_reply>(stats_command{});
  const auto& tenants = stats.pools.front().tenants;
  REQUIRE(tenants.size() == 2);
  CHECK(tenants[0].tenant == "a");
  CHECK(tenants[0].dispatches == 3);
  CHECK(tenants[0].served == engine::micro::of(3));
  CHECK(tenants[0].tag.as_double() == Approx(3.0));
  CHECK(tenants[1].tenant == "b");
}

TEST_CASE("types beyond the bound share their sums", "[figures]") {
  runtime_fixture f;
  push_command all;
  for (std::size_t i = 0; i < type_board::named_max + 3; ++i)
    all.jobs.push_back({"type" + std::to_string(i), "a", {}});
  f.ask<push_reply>(all);
  const auto found = figures_of(f);
  CHECK(found.types.size() == type_board::named_max + 1);
  CHECK(counts_of(found, type_board::other_types).jobs.ready == 3);
  CHECK(ready_of(demand_for(found, type_board::other_types)) == 3);
  CHECK(found.demand.size() == type_board::named_max + 1);
  CHECK(f.shared().types.totals().ready == type_board::named_max + 3);
}

TEST_CASE("refused pushes are counted by the bound that they reached", "[figures]") {
  runtime_fixture f;
  f.ask<setting_view>(put_setting_command{setting_kind::tenant, "a", R"({"max_queued":1})"});
  f.ask<refusal>(push("t", "a", 2));
  f.ask<refusal>(push("t", "a", 3));
  auto huge = push("t", "b");
  huge.jobs[0].spec.payload = '"' + std::string(std::size_t{1} << 30, 'x') + '"';
  f.ask<refusal>(huge);
  const auto found = figures_of(f);
  CHECK(found.refused.tenant_full == 2);
  CHECK(found.refused.daemon_full == 1);
  CHECK(found.waiting_bytes == 0);
  CHECK(found.waiting_bytes_max == std::size_t{1} << 30);
}

TEST_CASE("the journal's commits and the lag of snapshots are reported", "[figures]") {
  runtime_fixture f;
  const auto before = figures_of(f).journal;
  f.ask<push_reply>(push("t", "a"));
  f.advance(2s, 100ms);
  const auto after = figures_of(f).journal;
  const auto commits = [](const auto& h) {
    return std::accumulate(h.counts.begin(), h.counts.end(), std::uint64_t{0});
  };
  CHECK(after.commits == before.commits + 1);
  CHECK(commits(after.commit_times) == after.commits);
  CHECK(commits(after.commit_sizes) == after.commits);
  CHECK(static_cast<std::uint64_t>(after.commit_sizes.sum) == after.bytes);
  CHECK(after.snapshot_lag == 2s);
  f.advance(10s, 100ms); // snapshots are taken at ten seconds
  CHECK(figures_of(f).journal.snapshot_lag == 0s);
}

TEST_CASE("an executor's starts, failures, polls and losses are counted", "[figures]") {
  executed_fixture r;
  const auto job = r.push(R"({"run_ms":1000})");
  REQUIRE(r.becomes(job, job_state::succeeded));
  auto health = figures_of(r.runtime).executors.at(0).second;
  CHECK(health.starts == 1);
  CHECK(health.polls > 0);
  CHECK(health.polls_failed == 0);

  r.backend->set_faults({.starts_fail = 2, .lists_fail = 1});
  const auto slow = r.push(R"({"run_ms":600000})");
  REQUIRE(r.becomes(slow, job_state::running));
  r.backend->forget(r.name_of_attempt(slow));
  REQUIRE(r.crashes(slow));
  r.backend->set_faults({.starts_refused = 1});
  r.cancel(slow);
  const auto refused = r.push();
  r.runtime.advance(1s, 100ms);
  health = figures_of(r.runtime).executors.at(0).second;
  CHECK(health.starts_failed == 2);
  CHECK(health.polls_failed == 1);
  CHECK(health.lost == 1);
  CHECK(health.starts_refused == 1);
  CHECK(r.get(refused).record.error->kind == "start");
}

TEST_CASE("the actors' mailboxes are listed by name", "[figures]") {
  executed_fixture r;
  std::vector<std::string> actors;
  for (const auto& load : figures_of(r.runtime).loads)
    actors.push_back(load.actor + load.executor);
  std::sort(actors.begin(), actors.end());
  CHECK(actors == std::vector<std::string>{"arbiter", "directory", "pollersim", "runnersim",
                                           "session", "timer"});
}

TEST_CASE("a mailbox is what waits behind the request", "[figures]") {
  runtime_fixture f;
  auto& c = f.connect();
  const auto request = c.send(figures_command{});
  f.run_one(); // the session sends its requests
  for (int i = 0; i < 3; ++i)
    caf::anon_send(f.shared().arbiter, drain_changed{false});
  f.run();
  REQUIRE(c.reply<figures_reply>(request));
  for (const auto& load : c.reply<figures_reply>(request)->figures->loads)
    CHECK(load.mailbox == (load.actor == "arbiter" ? 3 : 0));
}

TEST_CASE("the messages that wait for sessions are summed, for each request anew", "[figures]") {
  runtime_fixture f;
  auto& asker = f.connect();
  auto& busy = f.connect();
  auto& busier = f.connect();
  for (int round = 0; round < 2; ++round) {
    const auto request = asker.send(figures_command{});
    f.run_one(); // it sends requests to the others, and to itself
    for (int i = 0; i < 3; ++i)
      busy.send(get_command{{std::nullopt, "x"}});
    for (int i = 0; i < 4; ++i)
      busier.send(get_command{{std::nullopt, "x"}});
    f.run();
    const auto* reply = asker.reply<figures_reply>(request);
    REQUIRE(reply);
    const auto& loads = reply->figures->loads;
    const auto sessions = std::find_if(loads.begin(), loads.end(),
                                       [](const auto& l) { return l.actor == "session"; });
    REQUIRE(sessions != loads.end());
    CHECK(sessions->mailbox == 7);
  }
}

TEST_CASE("a session that ends while it is queried delays no reply", "[figures]") {
  runtime_fixture f;
  auto& asker = f.connect();
  auto& leaving = f.connect();
  const auto request = asker.send(figures_command{});
  leaving.close();
  f.run_one(); // the request is behind the end in its mailbox
  f.run();
  CHECK(asker.reply<figures_reply>(request));
  CHECK(f.ask<figures_reply>(asker, figures_command{}).figures);
}

TEST_CASE("a session leaves the list of sessions when it ends, however it ends", "[figures]") {
  runtime_fixture f;
  f.connect().close();
  f.connect();
  f.run();
  REQUIRE(f.shared().sessions.all().size() == 1);
  caf::anon_send_exit(f.shared().sessions.all().front(), caf::exit_reason::kill);
  f.run();
  CHECK(f.shared().sessions.all().empty());
}
