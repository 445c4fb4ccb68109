// The actors together, with a scheduler and a clock that the test controls.
#include "tests/actors/runtime_fixture.hpp"

#include <catch2/catch.hpp>

using namespace rota;
using namespace rota::actors;
using namespace rota::tests;
using namespace std::chrono_literals;
using engine::job_state;

namespace {

put_setting_command put_type(const std::string& name, std::string settings) {
  return {setting_kind::type, name, std::move(settings)};
}

job_view get(runtime_fixture& f, engine::job_id id) {
  return f.ask<job_view>(get_command{ref(id)});
}

} // namespace

TEST_CASE("a job is pushed, leased and completed", "[actors]") {
  runtime_fixture f;
  const auto pushed = f.ask<push_reply>(push("mail", "acme"));
  REQUIRE(pushed.jobs.size() == 1);
  CHECK(pushed.jobs[0].state == job_state::ready);

  const auto popped = f.ask<pop_reply>(pop());
  REQUIRE(popped.leases.size() == 1);
  CHECK(popped.leases[0].type == "mail");
  CHECK(popped.leases[0].tenant == "acme");
  CHECK(popped.leases[0].jobs[0].id == pushed.jobs[0].id);
  CHECK(popped.leases[0].jobs[0].attempt == 1);

  const auto done = f.ask<complete_reply>(complete(popped.leases));
  REQUIRE(done.items.size() == 1);
  CHECK(done.items[0].state == job_state::succeeded);
  CHECK(get(f, pushed.jobs[0].id).record.state == job_state::succeeded);
}

TEST_CASE("an answer carries the position of the event that explains it", "[actors]") {
  runtime_fixture f;
  auto& c = f.connect();
  const auto request = c.send(push("mail", "acme"));
  f.run_messages();
  REQUIRE(c.answered(request));
  const auto position = c.box().answers.at(request).position;
  CHECK(position > f.journal().durable());
  f.run();
  CHECK(position <= f.journal().durable());
}

TEST_CASE("a runtime that crashes ends, at any step of opening queues", "[actors]") {
  for (std::size_t steps = 0; steps < 12; ++steps) {
    const auto store =
        persistence::store::open({}, {.level = persistence::durability::memory}).value();
    actors::virtual_runtime runtime{*store, {}};
    const auto session = runtime.connect(std::make_shared<answer_box>());
    for (std::uint64_t request = 1; request <= 3; ++request)
      caf::anon_send(session, client_command{request, push("mail", "u" + std::to_string(request))});
    runtime.run_messages(steps);
    runtime.crash();
    CHECK(runtime.shared().queues.active() == 0);
  } // waits for all actors
}

TEST_CASE("three tenants with two jobs each are served in turn (S1)", "[actors][scenario]") {
  runtime_fixture f;
  for (const auto* tenant : {"u1", "u2", "u3"})
    f.ask<push_reply>(push("t", tenant, 2));
  const auto popped = f.ask<pop_reply>(pop(6));
  std::string order;
  for (const auto& lease : popped.leases)
    order.append(lease.tenant).append(1, ' ');
  CHECK(order == "u1 u2 u3 u1 u2 u3 ");
}

TEST_CASE("300 jobs and 8 sessions: each job is handed out exactly once (S2)",
          "[actors][scenario]") {
  runtime_fixture f;
  auto& c = f.connect();
  for (int i = 0; i < 100; ++i)
    for (const auto* tenant : {"u1", "u2", "u3"})
      f.ask<push_reply>(c, push("t", tenant));
  std::vector<session_client*> workers;
  for (int i = 0; i < 8; ++i)
    workers.push_back(&f.connect());
  std::set<std::string> seen;
  std::size_t handed = 0;
  for (bool more = true; more;) {
    std::vector<std::pair<session_client*, std::uint64_t>> asked;
    for (auto* w : workers)
      asked.emplace_back(w, w->send(pop(3)));
    f.run();
    more = false;
    for (const auto& [w, request] : asked)
      for (const auto& lease : w->reply<pop_reply>(request)->leases) {
        more = true;
        ++handed;
        seen.insert(to_text(lease.jobs[0].id));
      }
  }
  CHECK(handed == 300);
  CHECK(seen.size() == 300);
}

TEST_CASE("a waiting pop is answered by the push that it waited for", "[actors]") {
  runtime_fixture f;
  auto& worker = f.connect();
  auto& producer = f.connect();
  const auto waiting = worker.send(pop(1, 5000ms));
  f.run();
  CHECK_FALSE(worker.answered(waiting));
  f.ask<push_reply>(producer, push("t", "a"));
  REQUIRE(worker.reply<pop_reply>(waiting));
  CHECK(worker.reply<pop_reply>(waiting)->leases.size() == 1);
}

TEST_CASE("a waiting pop ends empty when its time is over, not before", "[actors]") {
  runtime_fixture f;
  auto& worker = f.connect();
  const auto waiting = worker.send(pop(1, 500ms));
  f.run();
  f.advance(490ms);
  CHECK_FALSE(worker.answered(waiting));
  f.advance(20ms);
  REQUIRE(worker.reply<pop_reply>(waiting));
  CHECK(worker.reply<pop_reply>(waiting)->leases.empty());
}

TEST_CASE("a lease expires at its deadline, its job comes again as attempt 2, the late result is "
          "refused (X7)",
          "[actors]") {
  runtime_fixture f;
  f.ask<push_reply>(push("t", "a"));
  auto first = pop();
  first.lease = 1000ms;
  const auto lost = f.ask<pop_reply>(first);
  f.advance(990ms);
  CHECK(f.ask<pop_reply>(pop()).leases.empty());
  f.advance(20ms);
  const auto again = f.ask<pop_reply>(pop());
  REQUIRE(again.leases.size() == 1);
  CHECK(again.leases[0].jobs[0].attempt == 2);
  // The late result of the first attempt is refused, that of the second is accepted.
  CHECK(f.ask<complete_reply>(complete(lost.leases)).items[0].failure);
  CHECK_FALSE(f.ask<complete_reply>(complete(again.leases)).items[0].failure);
}

TEST_CASE("a heartbeat keeps a lease, an unknown lease is reported", "[actors]") {
  runtime_fixture f;
  f.ask<push_reply>(push("t", "a"));
  auto first = pop();
  first.lease = 1000ms;
  const auto lease = f.ask<pop_reply>(first).leases.at(0).id;
  for (int i = 0; i < 5; ++i) {
    f.advance(600ms);
    const auto beat =
        f.ask<extend_reply>(extend_command{{{lease, {}}, {std::nullopt, "nonsense"}}, 1000ms});
    CHECK(beat.extended == std::vector{to_text(lease)});
    CHECK(beat.unknown == std::vector<std::string>{"nonsense"});
  }
  CHECK(f.ask<pop_reply>(pop()).leases.empty());
}

TEST_CASE("leases that never reach their disconnected client are released uncounted", "[actors]") {
  runtime_fixture f;
  f.connect();
  auto& gone = f.connect();
  const auto job = f.ask<push_reply>(push("t", "a")).jobs[0].id;
  gone.send(pop());
  gone.close();
  f.run();
  const auto view = get(f, job);
  CHECK(view.record.state == job_state::ready);
  CHECK(view.record.counts.attempts == 0);
  CHECK(f.ask<pop_reply>(pop()).leases.at(0).jobs.at(0).attempt == 1);
}

TEST_CASE("a client that ended its input no longer waits for a lease", "[actors]") {
  runtime_fixture f;
  auto& worker = f.connect();
  const auto waiting = worker.send(pop(1, 60'000ms));
  f.run();
  worker.end_input();
  f.run();
  REQUIRE(worker.reply<pop_reply>(waiting));
  CHECK(worker.reply<pop_reply>(waiting)->leases.empty());
}

TEST_CASE("a limit on a type holds over all tenants, and when lowered nothing new starts (X8)",
          "[actors][scenario]") {
  runtime_fixture f;
  f.ask<setting_view>(put_type("t", R"({"max_running":2})"));
  for (const auto* tenant : {"a", "b", "c"})
    f.ask<push_reply>(push("t", tenant, 2));
  auto running = f.ask<pop_reply>(pop(10)).leases;
  CHECK(running.size() == 2);
  f.ask<setting_view>(put_type("t", R"({"max_running":1})"));
  f.ask<complete_reply>(complete({running[0]}));
  CHECK(f.ask<pop_reply>(pop(10)).leases.empty());
  f.ask<complete_reply>(complete({running[1]}));
  CHECK(f.ask<pop_reply>(pop(10)).leases.size() == 1);
}

TEST_CASE("max_queued refuses a whole request and nothing of it is taken", "[actors]") {
  runtime_fixture f;
  f.ask<setting_view>(put_setting_command{setting_kind::tenant, "a", R"({"max_queued":3})"});
  f.ask<push_reply>(push("t", "a", 2));
  auto mixed = push("t", "a", 2);
  mixed.jobs.push_back({"t", "b", {}});
  const auto refused = f.ask<refusal>(mixed);
  CHECK(refused.what == refusal::kind::queue_full);
  CHECK(refused.tenant == "a");
  CHECK(f.shared().types.totals().ready == 2);
  f.ask<push_reply>(push("u", "a", 1)); // the bound covers all types
  CHECK(f.ask<refusal>(push("t", "a")).what == refusal::kind::queue_full);
  f.ask<pop_reply>(pop(1));
  f.ask<push_reply>(push("t", "a"));
}

TEST_CASE("B7: an idempotency key answers with the first job, and its admission is released",
          "[actors]") {
  runtime_fixture f;
  auto keyed = push("t", "a");
  keyed.jobs[0].spec.options.key = std::string{"k"};
  const auto first = f.ask<push_reply>(keyed).jobs[0];
  const auto second = f.ask<push_reply>(keyed).jobs[0];
  CHECK_FALSE(first.duplicate);
  CHECK(second.duplicate);
  CHECK(second.id == first.id);
  CHECK(f.shared().admission.queued_of("a") == 1);
}

TEST_CASE("a queue retires after a minute without work and comes back with its number",
          "[actors]") {
  runtime_fixture f;
  const auto first = f.ask<push_reply>(push("t", "a")).jobs[0].id;
  f.ask<complete_reply>(complete(f.ask<pop_reply>(pop()).leases));
  CHECK(f.shared().queues.active() == 1);
  f.advance(80s, 500ms); // a snapshot, then the minute of idleness
  CHECK(f.shared().queues.active() == 0);
  CHECK(get(f, first).record.state == job_state::succeeded); // read from history
  const auto second = f.ask<push_reply>(push("t", "a")).jobs[0].id;
  CHECK(second.queue == first.queue);
  CHECK(second.number > first.number);
  CHECK(f.ask<pop_reply>(pop()).leases.size() == 1);
}

TEST_CASE("a push that meets a retiring queue is neither lost nor refused", "[actors]") {
  runtime_fixture f;
  f.ask<push_reply>(push("t", "a"));
  f.ask<complete_reply>(complete(f.ask<pop_reply>(pop()).leases));
  for (int i = 0; i < 200; ++i) { // push at every step around the minute
    f.advance(500ms, 500ms);
    if (i < 118)
      continue;
    f.ask<push_reply>(push("t", "a"));
    CHECK(f.ask<complete_reply>(complete(f.ask<pop_reply>(pop()).leases)).items.size() == 1);
    if (i % 20 == 0)
      f.advance(61s, 500ms);
  }
}

TEST_CASE("cancel takes a waiting job at once and flags a running one (D9)", "[actors][scenario]") {
  runtime_fixture f;
  const auto jobs = f.ask<push_reply>(push("t", "a", 2)).jobs;
  const auto lease = f.ask<pop_reply>(pop()).leases.at(0);
  const auto cancelled = f.ask<cancel_reply>(
      cancel_command{{std::vector{ref(jobs[0].id), ref(jobs[1].id)}, {}, 1000}});
  CHECK(cancelled.cancelled == std::vector{to_text(jobs[1].id)});
  CHECK(cancelled.cancelling == std::vector{to_text(jobs[0].id)});
  const auto beat = f.ask<extend_reply>(extend_command{{{lease.id, {}}}, std::nullopt});
  CHECK(beat.cancelled == std::vector{to_text(lease.id)});
  CHECK(beat.extended.empty());
  const auto done = f.ask<complete_reply>(complete({lease}, false));
  CHECK(done.items[0].state == job_state::cancelled);
  CHECK(f.ask<pop_reply>(pop()).leases.empty());
}

TEST_CASE("statistics name the tenants with the most work", "[actors]") {
  runtime_fixture f;
  f.ask<push_reply>(push("t", "small", 1));
  f.ask<push_reply>(push("t", "large", 5));
  f.ask<pop_reply>(pop(2));
  const auto stats = f.ask<stats_reply>(stats_command{});
  CHECK(stats.ready == 4);
  CHECK(stats.running == 2);
  const auto& pool = stats.pools.at(0);
  CHECK(pool.view.pool == "default");
  CHECK(pool.view.dispatches == 2);
  REQUIRE(pool.tenants.size() == 2);
  CHECK(pool.tenants[0].tenant == "large");
  CHECK(pool.tenants[0].ready == 4);
  CHECK(pool.tenants[1].in_flight == 1);
}

TEST_CASE("subscribers are notified of each change, others are not", "[actors]") {
  runtime_fixture f;
  auto& watcher = f.connect();
  auto& c = f.connect();
  f.ask<subscribe_reply>(watcher, subscribe_command{{"t", ""}, {}});
  f.ask<push_reply>(c, push("t", "a"));
  f.ask<push_reply>(c, push("other", "a"));
  auto only = pop();
  only.types = {"t"};
  f.ask<complete_reply>(c, complete(f.ask<pop_reply>(c, only).leases));
  std::vector<job_state> states;
  for (const auto& event : watcher.box().events)
    states.push_back(event.state);
  CHECK(states == std::vector{job_state::ready, job_state::running, job_state::succeeded});
  CHECK(c.box().events.empty());
}

TEST_CASE("snapshots move ended jobs to history, from where they are listed and retried",
          "[actors]") {
  runtime_fixture f;
  f.ask<setting_view>(put_type("t", R"({"retry":{"max_attempts":1}})"));
  f.ask<push_reply>(push("t", "a", 4));
  auto leases = f.ask<pop_reply>(pop(4)).leases;
  f.ask<complete_reply>(complete({leases[0], leases[1]}));
  f.ask<complete_reply>(complete({leases[2], leases[3]}, false));
  f.advance(15s, 500ms);
  const auto all = f.ask<list_reply>(list_command{{}, {}, 100, {}});
  CHECK(all.jobs.size() == 4);
  const auto failed = f.ask<list_reply>(list_command{{}, job_state::failed, 100, {}});
  CHECK(failed.jobs.size() == 2);
  const auto retried = f.ask<retry_reply>(retry_command{{{}, queue_filter{"t", ""}, 1}});
  CHECK(retried.retried.size() == 1);
  CHECK(retried.more);
  const auto rest = f.ask<retry_reply>(retry_command{{{}, queue_filter{"t", ""}, 10}});
  CHECK(rest.retried.size() == 1);
  CHECK(f.ask<pop_reply>(pop(4)).leases.size() == 2);
}

TEST_CASE("lists continue at the cursor, over queues, memory and history", "[actors]") {
  runtime_fixture f;
  std::set<std::string> pushed;
  for (int round = 0; round < 3; ++round) {
    for (const auto* tenant : {"a", "b", "c"})
      for (const auto& job : f.ask<push_reply>(push("t", tenant, 5)).jobs)
        pushed.insert(to_text(job.id));
    f.ask<complete_reply>(complete(f.ask<pop_reply>(pop(6)).leases));
    f.advance(11s, 500ms);
  }
  std::set<std::string> listed;
  std::string cursor;
  std::size_t count = 0;
  do {
    const auto page = f.ask<list_reply>(list_command{{}, {}, 4, cursor});
    count += page.jobs.size();
    for (const auto& job : page.jobs)
      listed.insert(to_text(job.id));
    cursor = page.cursor;
  } while (!cursor.empty());
  CHECK(count == pushed.size());
  CHECK(listed == pushed);
}
