// Scenario files: what they mean, and the errors in invalid ones.
#include "bench/sim/report.hpp"
#include "bench/sim/run_to_end.hpp"
#include "bench/sim/scenario.hpp"
#include "tests/support/files.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <string>

namespace rota::bench {

namespace {

using namespace std::chrono_literals;

/// A scenario with one type and one tenant, whose members are the arguments.
std::string text_of_one(const std::string& type, const std::string& arrivals) {
  return R"({"slots":2,"lasts_s":1000,"types":[{"name":"t",)" + type +
         R"(}],"tenants":[{"name":"a","arrivals":[{"type":"t",)" + arrivals + "}]}]}";
}

const std::string one_second = R"("runs":{"shape":"constant","value_s":1})";

workload drawn(const std::string& text, std::uint64_t seed = 1) {
  return workload_of(read_scenario(text), seed);
}

sim_result simulated(const workload& work, std::uint64_t seed = 1) {
  return run_to_end(work, {.seed = seed, .checks = true}, "test");
}

std::string flaw_of(const std::string& text) {
  try {
    (void)read_scenario(text);
  } catch (const scenario_error& flaw) {
    return flaw.what();
  }
  return "";
}

} // namespace

TEST_CASE("arrivals come as their process has it") {
  SECTION("poisson: at its rate") {
    const auto work = drawn(text_of_one(one_second, R"("process":"poisson","per_hour":3600)"));
    CHECK(work.jobs.size() > 850);
    CHECK(work.jobs.size() < 1150);
  }
  SECTION("bursts: together, again and again, within their time") {
    const auto work = drawn(text_of_one(
        one_second, R"("process":"bursts","jobs":5,"every_s":100,"from_s":50,"to_s":350)"));
    REQUIRE(work.jobs.size() == 15);
    CHECK(work.jobs[4].arrives == 50s);
    CHECK(work.jobs[5].arrives == 150s);
  }
  SECTION("on and off: only while it is on") {
    const auto work = drawn(
        text_of_one(one_second, R"("process":"on_off","per_hour":36000,"on_s":20,"off_s":80)"));
    CHECK(work.jobs.size() > 300);
    CHECK(work.jobs.size() < 6000);
    engine::duration longest_pause{};
    for (std::size_t i = 1; i < work.jobs.size(); ++i)
      longest_pause = std::max(longest_pause, work.jobs[i].arrives - work.jobs[i - 1].arrives);
    CHECK(longest_pause > 10s);
  }
  SECTION("flood: all at once") {
    const auto work = drawn(text_of_one(one_second, R"("process":"flood","jobs":7,"at_s":9)"));
    REQUIRE(work.jobs.size() == 7);
    CHECK(work.jobs.back().arrives == 9s);
  }
}

TEST_CASE("run times have the mean or median of their shape") {
  const auto mean_of = [](const std::string& runs) {
    const auto work = drawn(text_of_one(R"("runs":)" + runs, R"("process":"flood","jobs":4000)"));
    double sum_s = 0;
    for (const auto& job : work.jobs)
      sum_s += std::chrono::duration<double>(job.runs).count();
    return sum_s / static_cast<double>(work.jobs.size());
  };
  CHECK(mean_of(R"({"shape":"constant","value_s":2.5})") == Approx(2.5));
  CHECK(mean_of(R"({"shape":"exponential","mean_s":3})") == Approx(3).epsilon(0.1));
  CHECK(mean_of(R"({"shape":"uniform","from_s":2,"to_s":6})") == Approx(4).epsilon(0.05));
  CHECK(mean_of(R"({"shape":"lognormal","median_s":2,"sigma":0.5})") ==
        Approx(2 * std::exp(0.125)).epsilon(0.1));
}

TEST_CASE("another seed draws another workload, the same seed the same result") {
  const auto text = text_of_one(R"("runs":{"shape":"exponential","mean_s":3},"failure_rate":0.2)",
                                R"("process":"poisson","per_hour":900)");
  const auto first = json_of(simulated(drawn(text, 1), 1));
  CHECK(first == json_of(simulated(drawn(text, 1), 1)));
  CHECK(first != json_of(simulated(drawn(text, 2), 2)));
}

TEST_CASE("a batch costs its overhead once") {
  const auto batched = simulated(
      drawn(text_of_one(one_second + R"(,"overhead_s":5,"settings":{"batch":{"max_size":10}})",
                        R"("process":"flood","jobs":20)")));
  CHECK(batched.attempts == 2);
  CHECK(batched.makespan_s == Approx(15));
  const auto single = simulated(
      drawn(text_of_one(one_second + R"(,"overhead_s":5)", R"("process":"flood","jobs":20)")));
  CHECK(single.attempts == 20);
  CHECK(single.makespan_s == Approx(60));
}

TEST_CASE("what runs beyond what fits takes longer and may fail") {
  const auto crowd = [](const std::string& more) {
    auto text = text_of_one(one_second + R"(,"settings":{"retry":{"max_attempts":1}})" + more,
                            R"("process":"flood","jobs":4)");
    return simulated(drawn(changed_scenario(text, "/slots=4")));
  };
  const auto alone = crowd("");
  CHECK(alone.makespan_s == Approx(1));
  CHECK(alone.peak_running == 4);
  const auto slow = crowd(R"(,"fits":2)"); // The third takes 3 / 2 as long, the fourth 4 / 2.
  CHECK(slow.makespan_s == Approx(2));
  CHECK(slow.failed == 0);
  CHECK(slow.took_p50_s == Approx(1));
  CHECK(slow.took_p99_s == Approx(2));
  CHECK(crowd(R"(,"fits":2,"beyond_fails":1)").failed == 2);
}

TEST_CASE("failed tries are made again, up to the type's limit") {
  const auto result = simulated(
      drawn(text_of_one(one_second + R"(,"failure_rate":1,"settings":{"retry":{"max_attempts":2}})",
                        R"("process":"flood","jobs":3)")));
  CHECK(result.attempts == 6);
  CHECK(result.failed == 3);
}

TEST_CASE("limits of a scenario are those of the protocol") {
  const auto result = simulated(drawn(text_of_one(one_second + R"(,"settings":{"max_running":1})",
                                                  R"("process":"flood","jobs":10)")));
  CHECK(result.makespan_s == Approx(10));
}

TEST_CASE("pushes beyond a tenant's max_queued are repeated later") {
  const auto result =
      simulated(drawn(R"({"slots":1,"lasts_s":100,"types":[{"name":"t",)" + one_second + R"(}],
          "tenants":[{"name":"a","settings":{"max_queued":2},"arrivals":[
            {"type":"t","process":"bursts","jobs":1,"every_s":0.1,"to_s":1}]}]})"));
  CHECK(result.refused > 0);
  CHECK(result.failed == 0);
  CHECK(result.makespan_s >= 10);
}

TEST_CASE("a push that is larger than max_queued is divided") {
  const auto result =
      simulated(drawn(changed_scenario(text_of_one(one_second, R"("process":"flood","jobs":40)"),
                                       R"(/tenants/a/settings={"max_queued":3})")));
  CHECK(result.refused > 4); // 40, 20, 10, 5.
  CHECK(result.refused < 60);
  CHECK(result.failed == 0);
  CHECK(result.wait_p99_s >= 19);
}

TEST_CASE("a daemon that is started again, in the middle of its work, loses nothing") {
  auto work = drawn(
      text_of_one(R"("runs":{"shape":"constant","value_s":7})", R"("process":"flood","jobs":20)"));
  for (int i = 1; i < 10; ++i)
    work.faults.push_back({fault_kind::restart, i * 6s + 1ms, 2s, 1, i % 2 == 0});
  const auto result = simulated(work);
  CHECK(result.failed == 0);
  CHECK(result.attempts == 20); // Running attempts were adopted.
  CHECK(result.makespan_s >= 70);
}

TEST_CASE("attempts that are lost or forgotten are made again") {
  auto work = drawn(
      text_of_one(R"("runs":{"shape":"constant","value_s":30})", R"("process":"flood","jobs":4)"));
  work.faults.push_back({fault_kind::deaths, 5s, {}, 1, true});
  work.faults.push_back({fault_kind::forgotten, 6s, {}, 1, true});
  const auto result = simulated(work);
  CHECK(result.failed == 0);
  CHECK(result.attempts == 6);
}

TEST_CASE("jobs that can never run are an error") {
  const auto work = drawn(
      text_of_one(one_second + R"(,"settings":{"paused":true})", R"("process":"flood","jobs":3)"));
  CHECK_THROWS_WITH(simulated(work), Catch::Contains("3 jobs are left"));
}

TEST_CASE("a bad scenario is refused with the place of what is wrong") {
  CHECK(flaw_of("{\n\"slots\": }") == "line 2 is not valid JSON");
  CHECK(flaw_of("[]") == "the scenario must be an object");
  CHECK(flaw_of(R"({"slots":1})") == "/lasts_s is required");
  const auto arrivals = R"("process":"flood","jobs":1)";
  CHECK(flaw_of(text_of_one(one_second + R"(,"speed":1)", arrivals)) ==
        "unknown member /types/0/speed");
  CHECK(flaw_of(text_of_one(R"("runs":{"shape":"uniform","from_s":1})", arrivals)) ==
        "/types/0/runs/to_s is required");
  CHECK(flaw_of(text_of_one(R"("runs":{"shape":"square"})", arrivals)) ==
        "/types/0/runs/shape must be one of constant, exponential, uniform, lognormal");
  CHECK(flaw_of(text_of_one(one_second + R"(,"failure_rate":2)", arrivals)) ==
        "/types/0/failure_rate must be from 0 to 1");
  CHECK(flaw_of(text_of_one(one_second + R"(,"settings":{"batch":{"max_size":0}})", arrivals))
            .starts_with("/types/0/settings/batch/max_size "));
  CHECK(flaw_of(text_of_one(one_second + R"(,"settings":{"retry":{"max_attempts":"x"}})", arrivals))
            .starts_with("/types/0/settings/retry/max_attempts "));
  CHECK(flaw_of(text_of_one(one_second, R"("process":"poisson")")) ==
        "/tenants/0/arrivals/0/per_hour is required");
  CHECK(flaw_of(text_of_one(one_second, R"("process":"flood","jobs":1,"slots":3)")) ==
        "/tenants/0/arrivals/0/slots must not exceed /slots");
  CHECK(flaw_of(R"({"slots":1,"lasts_s":1,"types":[],"tenants":[{"name":"a","arrivals":[
                    {"process":"flood","jobs":1,"type":"x"}]}]})") ==
        "/tenants/0/arrivals/0/type names a type that is not in /types");
}

TEST_CASE("a scenario is changed by pointers, with names for elements of arrays") {
  const auto text = text_of_one(one_second, R"("process":"flood","jobs":1)");
  const auto changed = [&](const std::string& change) {
    return read_scenario(changed_scenario(text, change));
  };
  CHECK(changed("/slots=7").slots == 7);
  CHECK(changed("/types/0/overhead_s=2.5").types.front().overhead_s == 2.5);
  CHECK(changed("/types/t/overhead_s=3").types.front().overhead_s == 3);
  CHECK(changed("/tenants/a/arrivals/0/jobs=1000").tenants.front().arrivals.front().jobs == 1000);
  CHECK(changed("/types/t/settings/batch/max_size=3").types.front().settings.batch->max_size == 3);
  CHECK(changed(R"(/keys=[{"name":"k","settings":{"max_running":2}}])").keys.front().name == "k");
}

TEST_CASE("a change that can't be made is refused with the place of what is wrong") {
  const auto text = text_of_one(one_second, R"("process":"flood","jobs":1)");
  const auto flaw = [&](const std::string& change) {
    try {
      (void)read_scenario(changed_scenario(text, change));
    } catch (const scenario_error& error) {
      return std::string{error.what()};
    }
    return std::string{};
  };
  CHECK(flaw("/slots") == "/slots lacks a value: POINTER=VALUE");
  CHECK(flaw("slots=3") == "\"slots\" is not a JSON pointer such as /slots");
  CHECK(flaw("=3") == "\"\" is not a JSON pointer such as /slots");
  CHECK(flaw("/slots=three") == "the value for /slots is not valid JSON");
  CHECK(flaw("/types/u/overhead_s=3") == "/types/u/overhead_s does not exist in the scenario");
  CHECK(flaw("/types/1/overhead_s=3") == "/types/1/overhead_s does not exist in the scenario");
  CHECK(flaw("/slots/0=3") == "/slots/0 does not exist in the scenario");
  CHECK(flaw("/speed=3") == "unknown member /speed");
}

TEST_CASE("slots and waiting jobs over time fill the whole of it") {
  const auto result = simulated(drawn(text_of_one(one_second, R"("process":"flood","jobs":4)")));
  // Two seconds: both slots are used; two of four jobs wait at first.
  const auto table = over_time(result);
  CHECK(table.starts_with("at_s\tslots\twaiting\n0.0\t2.00\t2.00\n"));
  CHECK(table.ends_with("\n2.0\t2.00\t0.00\n"));
  CHECK(std::count(table.begin(), table.end(), '\n') == 201);
}

TEST_CASE("the scenarios of examples/ can be read") {
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator("examples/scenarios")) {
    CAPTURE(file.path());
    CHECK_FALSE(drawn(tests::read_whole(file.path())).jobs.empty());
    ++count;
  }
  CHECK(count >= 5);
}

} // namespace rota::bench
