// What-if: a daemon's exported history as a workload, changes of its settings, and their effects.
#include "bench/sim/report.hpp"
#include "bench/sim/what_if/recorded_attempts.hpp"
#include "bench/sim/what_if/recorded_workload.hpp"
#include "bench/sim/what_if/what_if.hpp"
#include "json/write.hpp"
#include "tests/support/files.hpp"
#include "wire/answers.hpp"
#include "wire/time_text.hpp"
#include "wire/writing.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace rota::bench {

namespace {

constexpr std::int64_t epoch_us = 1'800'000'000'000'000;

std::string time_at(double seconds) {
  return to_json_string(wire::time_text(epoch_us + static_cast<std::int64_t>(seconds * 1e6)));
}

struct exported_job {
  std::string type = "t";
  std::string tenant = "a";
  double ready_s = 0;
  double started_s = -1; ///< Negative: not yet.
  double ended_s = -1;
  int attempts = 1;
  std::string more = {};
};

std::string end_of(std::size_t jobs) {
  return "{\"end\":{\"jobs\":" + std::to_string(jobs) + "}}\n";
}

std::string lines_of(const std::vector<exported_job>& jobs) {
  std::string text;
  for (const auto& job : jobs) {
    text += R"({"job":{"type":")" + job.type + R"(","tenant":")" + job.tenant + R"(","attempts":)" +
            std::to_string(job.started_s < 0 ? 0 : job.attempts) +
            R"(,"crashes":0,"polls":0,"worker":"w","created_at":)" + time_at(job.ready_s - 1) +
            R"(,"ready_at":)" + time_at(job.ready_s) + R"(,"started_at":)" +
            (job.started_s < 0 ? "null" : time_at(job.started_s)) + R"(,"finished_at":)" +
            (job.ended_s < 0 ? "null" : time_at(job.ended_s)) + job.more + "}}\n";
  }
  return text + end_of(jobs.size());
}

/// Two tenants push twenty jobs of one second each at the same time; one slot.
std::string even_recording() {
  std::vector<exported_job> jobs;
  for (int i = 0; i < 20; ++i) {
    jobs.push_back({"t", "a", 0, 2.0 * i, 2.0 * i + 1});
    jobs.push_back({"t", "b", 0, 2.0 * i + 1, 2.0 * i + 2});
  }
  return R"({"executor":{"name":"process","slots":1}}
{"type":{"name":"t","executor":{"name":"process","command":["true"]}}}
)" + lines_of(jobs);
}

std::string flaw_of(const std::string& text) {
  try {
    (void)read_recording(text);
  } catch (const std::runtime_error& flaw) {
    return flaw.what();
  }
  return "";
}

} // namespace

TEST_CASE("a recording has the settings and jobs of an export") {
  engine::type_settings type;
  type.max_running = 7;
  type.batch = engine::batch_settings{5, engine::milliseconds{100}, "/host"};
  type.executor = engine::executor_choice{"lab", "{}"};
  engine::tenant_settings tenant;
  tenant.weight = engine::micro::of(3);
  engine::key_settings key;
  key.rate = engine::rate_settings{0.5, 2};
  engine::pool_settings pool;
  pool.cost = engine::cost_unit::runtime;
  engine::executor_settings executor;
  executor.kind = "simulated";
  executor.slots = engine::micro::of(4);
  engine::job_record job;
  job.created = engine::from_us(epoch_us);
  job.ready_since = engine::from_us(epoch_us + 1'000'000);
  job.started = engine::from_us(epoch_us + 3'000'000);
  job.finished = engine::from_us(epoch_us + 8'000'000);
  job.state = engine::job_state::succeeded;
  job.counts.attempts = 1;
  job.worker = "w";
  job.spec.priority = -3;
  job.spec.options.concurrency_key = "k";
  job.spec.options.cost = engine::micro::of(5);
  job.spec.options.slots = engine::micro::of(2);

  std::string text;
  const auto line = [&](const char* kind, const auto& value) {
    json_writer out{text};
    out.begin_object().key(kind);
    write(out, value);
    out.end_object();
    text += '\n';
  };
  using engine::setting_kind;
  line("type", wire::setting_view{setting_kind::type, "t", type});
  line("tenant", wire::setting_view{setting_kind::tenant, "a", tenant});
  line("key", wire::setting_view{setting_kind::key, "k", key});
  line("pool", wire::setting_view{setting_kind::pool, "lab", pool});
  line("executor",
       wire::setting_view{
           setting_kind::executor, "lab", executor, {{engine::micro::of(4), 0, "healthy"}}});
  line("job", wire::job_view{{{1}, {1}}, "t", "a", job, "lab", {}, {}});

  auto all = read_recording(text + end_of(1));
  CHECK(all.settings.types.at("t") == type);
  CHECK(all.settings.tenants.at("a") == tenant);
  CHECK(all.settings.keys.at("k") == key);
  CHECK(all.settings.pools.at("lab") == pool);
  CHECK(all.executor_slots.at("lab") == 4);
  REQUIRE(all.jobs.size() == 1);
  const auto& read = all.jobs.front();
  CHECK(read.type == "t");
  CHECK(read.tenant == "a");
  CHECK(read.worker == "w");
  CHECK(read.priority == -3);
  CHECK(read.concurrency_key == "k");
  CHECK(read.cost == engine::micro::of(5));
  CHECK(read.slots == engine::micro::of(2));
  CHECK(read.arrived_us == epoch_us + 1'000'000);
  CHECK(read.started_us == epoch_us + 3'000'000);
  CHECK(read.ended_us == epoch_us + 8'000'000);
  CHECK(read.began_once);
}

TEST_CASE("a recording that can't be read is refused with its line") {
  CHECK(flaw_of("{}\n") == "line 1: is not a line of rota history export");
  CHECK(flaw_of("\n{\"job\":") == "line 2: is not valid JSON");
  CHECK(flaw_of(R"({"tenant":{"name":"a","weight":0}})").starts_with("line 1: /weight "));
  CHECK(flaw_of(R"({"tenant":{"name":"a","colour":1}})") == "line 1: unknown member /colour");
  CHECK(flaw_of(R"({"job":{"type":"t"}})") == "line 1: a job has no type or no tenant");
  CHECK(flaw_of(R"({"key":{"key":"k","max_running":1}})") ==
        "the end is missing: the export was cut off");
  CHECK(flaw_of("{\"job\":{\"type\":\"t\",\"tenant\":\"a\"}}\n{\"end\":{\"jobs\":2}}") ==
        "line 2: the end reports 2 jobs, but there are 1");
}

TEST_CASE("a job arrives when it could first begin, as far as that can be known") {
  const auto arrived_s = [](const exported_job& job) {
    const auto all = read_recording(lines_of({job}));
    return static_cast<double>(all.jobs.at(0).arrived_us - epoch_us) / 1e6;
  };
  CHECK(arrived_s({"t", "a", 5, 6, 7}) == 5);
  CHECK(arrived_s({"t", "a", 5}) == 5);          // The job waits.
  CHECK(arrived_s({"t", "a", 5, 6, 7, 2}) == 4); // ready_at belongs to its second attempt.
  CHECK(arrived_s({"t", "a", 5, 6, 7, 2, R"(,"not_before":)" + time_at(4.5)}) == 4.5);
}

TEST_CASE("jobs that were cancelled before they began take no part") {
  CHECK(read_recording(lines_of({{"t", "a", 5, -1, 7}})).jobs.empty());
}

TEST_CASE("jobs of a batch share its time") {
  const std::string batched = R"({"type":{"name":"t","batch":{"max_size":10}}})"
                              "\n";
  const std::vector<exported_job> jobs{
      {"t", "a", 0, 1, 5}, {"t", "a", 0, 1, 3}, {"t", "a", 0, 1, 5}, {"t", "b", 0, 1, 5}};
  using times = std::vector<std::int64_t>;
  CHECK(run_times_of(read_recording(batched + lines_of(jobs))).us ==
        times{1'000'000, 2'000'000, 1'000'000, 4'000'000});
  CHECK(run_times_of(read_recording(lines_of(jobs))).us ==
        times{4'000'000, 2'000'000, 4'000'000, 4'000'000});
  CHECK(attempts_of(read_recording(batched + lines_of(jobs))).size() == 2);
}

TEST_CASE("jobs that have not ended run as long as others of their type") {
  const auto all = read_recording(lines_of({{"t", "a", 0, 0, 1},
                                            {"t", "a", 0, 0, 2},
                                            {"t", "a", 0, 0, 9},
                                            {"t", "a", 3, 4},
                                            {"t", "a", 5},
                                            {"u", "a", 5}}));
  const auto made = workload_of_recording(all, "default", 1);
  CHECK(made.guessed == 2);
  CHECK(made.left_out == 1);
  REQUIRE(made.work.jobs.size() == 5);
  CHECK(made.work.jobs.back().runs == engine::duration{2'000'000});
}

TEST_CASE("a pool has the slots that were reported, or those that were in use") {
  const auto jobs = lines_of({{"t", "a", 0, 0, 4}, {"t", "a", 0, 1, 5}, {"t", "a", 0, 4, 6}});
  CHECK(slots_of(read_recording(jobs), "default") == 2);
  CHECK(slots_of(read_recording(R"({"pool":{"name":"default","slots":9}}
)" + jobs),
                 "default") == 9);
  const auto all = read_recording(even_recording());
  CHECK(busiest_pool(all) == "process");
  CHECK(slots_of(all, "process") == 1);
}

TEST_CASE("settings are changed as a put would change them") {
  auto all = read_recording(even_recording());
  const auto change = [&](const std::string& what) { change_setting(all, "process", what); };
  change("/tenants/a/weight=3");
  CHECK(all.settings.tenants.at("a").weight == engine::micro::of(3));
  change("/types/t/batch/max_size=4");
  CHECK(all.settings.types.at("t").batch->max_size == 4);
  CHECK(all.settings.types.at("t").executor->name == "process");
  change("/types/t/batch=null");
  CHECK_FALSE(all.settings.types.at("t").batch);
  change("/keys/db~1main/max_running=2");
  CHECK(all.settings.keys.at("db/main").max_running == 2);
  change("/pool/cost=\"runtime\"");
  CHECK(all.settings.pools.at("process").cost == engine::cost_unit::runtime);
  change("/slots=6");
  CHECK(slots_of(all, "process") == 6);
  CHECK_THROWS_WITH(change("/tenants/a/weight=0"), Catch::StartsWith("/tenants/a/weight: /weight"));
  CHECK_THROWS_WITH(change("/tenants/a/colour=0"), "/tenants/a/colour: unknown member /colour");
  CHECK_THROWS_WITH(change("/tenants/a={}"), "/tenants/a is not a member of a setting");
  CHECK_THROWS_WITH(change("/types/t/executor/name=\"x\""),
                    "/types/t/executor/name cannot be changed: one pool is replayed");
  CHECK_THROWS_WITH(change("/speed/a/b=1"), Catch::Contains("does not start with"));
  CHECK_THROWS_WITH(change("/tenants/nobody/weight=2"),
                    "/tenants/nobody/weight changes nothing: no job is of nobody");
  CHECK_THROWS_WITH(change("/slots=0"), "/slots must be from 0.001 to 1000000");
}

TEST_CASE("another weight takes turns from one tenant and gives them to the other") {
  const auto answer = what_if(even_recording(), {.changes = {"/tenants/a/weight=3"}});
  CHECK(answer.pool == "process");
  CHECK(answer.recorded.at("a").jobs == 20);
  CHECK(answer.recorded.at("a").p50_s == Approx(18));
  const auto tenant = [](const sim_result& result, const std::string& name) {
    for (const auto& one : result.tenants)
      if (one.name == name)
        return one;
    return tenant_result{};
  };
  CHECK(tenant(answer.before, "a").wait_p50_s == Approx(18).margin(1));
  CHECK(tenant(answer.before, "a").share == Approx(0.5).margin(0.03));
  CHECK(tenant(answer.after, "a").share == Approx(0.75).margin(0.03));
  CHECK(tenant(answer.after, "a").wait_p50_s < tenant(answer.before, "a").wait_p50_s - 4);
  CHECK(tenant(answer.after, "b").wait_p50_s > tenant(answer.before, "b").wait_p50_s + 4);
  CHECK(answer.after.makespan_s == Approx(answer.before.makespan_s));

  const auto text = text_of(answer, 1);
  CHECK(text.find("changed: /tenants/a/weight=3\n") != std::string::npos);
  CHECK(text.find("and 1 tenants with fewer jobs") != std::string::npos);
  const auto json = json_of(answer);
  CHECK(json.starts_with(R"({"pool":"process","changes":["/tenants/a/weight=3"],)"));
  CHECK(json.find(R"("after":{"policy":"fair","jobs":40)") != std::string::npos);
}

TEST_CASE("the same question has the same answer, and without changes nothing changes") {
  const auto answer = what_if(even_recording(), {});
  CHECK(json_of(answer) == json_of(what_if(even_recording(), {})));
  CHECK(json_of(answer.before) == json_of(answer.after));
}

TEST_CASE("attempts keep their slots for their overhead, too") {
  const auto answer = what_if(even_recording(), {.overhead_s = 1});
  CHECK(answer.before.makespan_s == Approx(80));
  CHECK(answer.after.makespan_s == Approx(80));
}

TEST_CASE("a recording without an ended job answers nothing") {
  CHECK_THROWS_WITH(what_if(lines_of({{"t", "a", 5}}), {}), "no jobs of pool default have ended");
}

} // namespace rota::bench
