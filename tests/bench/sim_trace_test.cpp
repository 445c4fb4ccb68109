// Recorded traces as the load of the real actors in virtual time.
#include "bench/sim/report.hpp"
#include "bench/sim/run_to_end.hpp"
#include "bench/sim/trace.hpp"

#include <catch2/catch.hpp>

namespace rota::bench {

namespace {

using namespace std::chrono_literals;

/// Three users in two partitions; the first one floods.
swf_log small_log() {
  swf_log log;
  for (int i = 0; i < 60; ++i)
    log.jobs.push_back({.submit_s = i * 0.5, .run_s = 10.0 + i % 7, .user = 1, .partition = i % 2});
  for (int i = 0; i < 12; ++i)
    log.jobs.push_back({.submit_s = 30.0 + i * 2, .run_s = 5, .user = 2 + i % 2, .partition = 1});
  return log;
}

sim_result simulated(const workload& work, policy_kind policy = policy_kind::fair) {
  return run_to_end(work, {.seed = 7, .policy = policy, .checks = true}, "test");
}

} // namespace

TEST_CASE("the same trace gives the same result bit for bit, whatever the policy") {
  const auto work = workload_of_trace(small_log(), {.executor_slots = 4});
  for (const auto policy : all_policies) {
    CAPTURE(to_text(policy));
    const auto first = json_of(simulated(work, policy));
    CHECK(first == json_of(simulated(work, policy)));
    CHECK(first.find(R"("policy":")" + std::string{to_text(policy)} + '"') != std::string::npos);
  }
}

TEST_CASE("every job of a trace runs once, for as long as it did, and slots are never exceeded") {
  const auto log = small_log();
  const auto result = simulated(workload_of_trace(log, {.executor_slots = 4}));
  CHECK(result.jobs == log.jobs.size());
  CHECK(result.attempts == log.jobs.size());
  CHECK(result.failed == 0);
  double work_s = 0;
  for (const auto& job : log.jobs)
    work_s += job.run_s;
  CHECK(result.utilisation * result.makespan_s * 4 == Approx(work_s));
  CHECK(result.makespan_s >= work_s / 4);
}

TEST_CASE("an end is known at once, not at the poller's next round") {
  swf_log log;
  for (int i = 0; i < 3; ++i)
    log.jobs.push_back({.submit_s = 0, .run_s = 10, .user = 1, .partition = 1});
  const auto result = simulated(workload_of_trace(log, {.executor_slots = 1}));
  CHECK(result.makespan_s == Approx(30));
  CHECK(result.tenants.front().wait_p50_s == Approx(10));
  CHECK(result.tenants.front().wait_p99_s == Approx(20));
}

TEST_CASE(
    "under the fair share a late tenant doesn't wait behind a flood, first in first out it does") {
  const auto work = workload_of_trace(small_log(), {.executor_slots = 4});
  const auto wait_of = [&](policy_kind policy, const std::string& tenant) {
    for (const auto& t : simulated(work, policy).tenants)
      if (t.name == tenant)
        return t.wait_p50_s;
    return -1.0;
  };
  CHECK(wait_of(policy_kind::fair, "user-2") < 10);
  CHECK(wait_of(policy_kind::fifo, "user-2") > 60);
}

TEST_CASE("any columns of a trace can be tenants, types and slots") {
  swf_log log;
  log.jobs = {{.submit_s = 5, .run_s = 1, .user = 1, .partition = 2, .processors = 3, .group = 8},
              {.submit_s = 6, .run_s = 1, .user = 1, .processors = 9, .executable = 4}};
  const auto work = workload_of_trace(log, {.tenant = swf_column::group,
                                            .type = swf_column::executable,
                                            .slots = slots_from::procs,
                                            .executor_slots = 4});
  CHECK(work.tenants == std::vector<std::string>{"group-8", "group-unknown"});
  REQUIRE(work.types.size() == 2);
  CHECK(work.types[1].name == "executable-4");
  CHECK(work.jobs[0].arrives == 0s);
  CHECK(work.jobs[1].arrives == 1s);
  CHECK(work.jobs[0].slots == engine::micro::of(3));
  CHECK(work.jobs[1].slots == engine::micro::of(4)); // More than there are, so it takes all.
}

} // namespace rota::bench
