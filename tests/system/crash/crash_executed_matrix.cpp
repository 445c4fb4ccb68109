#include "tests/system/crash/crash_executed_matrix.hpp"

#include "tests/support/eventually.hpp"
#include "tests/support/seed.hpp"
#include "tests/system/faults/fault_daemon.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <iostream>

namespace rota::tests {
namespace {

constexpr int kills_wanted = 20; ///< In each phase.
constexpr int kills_max = 200;
/// If the daemon does not reach the kill point in this time, it is killed at a random moment instead.
constexpr std::chrono::milliseconds kill_point_timeout{1000};
constexpr std::chrono::milliseconds trap_timeout{3000};
constexpr int random_delay_ms = 300;
constexpr int fresh_delay_ms = 200;

/// History, snapshots and the removal of orphans are frequent, so that kills hit them.
constexpr const char* config = R"({"snapshot_ms":300,"orphan_ms":2000})";

class matrix {
public:
  matrix(const executor_under_test& executor, std::uint64_t seed)
      : executor_(executor),
        run_log_(executor.scratch / "run_log", executor.scratch_seen_as + "/run_log"),
        kills_(executor.kill_points, seed, kills_wanted),
        daemon_({}, config) {
    daemon_.client.call("executor.put", R"({"name":")" + executor.name + R"(","kind":")" +
                                            executor.name + R"(","slots":)" +
                                            std::to_string(executor.slots) + executor.settings +
                                            "}");
    put_type("short", "sleep 0.01");
    put_type("long", "sleep 0.8");
    // Each command waits until as many as there are slots have started.
    const std::string started = executor.scratch_seen_as + "/started";
    put_type("meeting", "echo >>" + started + "; until [ $(wc -l <" + started + ") -ge " +
                            std::to_string(executor.slots) + " ]; do sleep 0.02; done");
  }

  /// Kills until every phase was hit often enough; returns false if that does not happen.
  bool kill_often() {
    for (; kills_made_ < kills_max && !kills_.is_done(); ++kills_made_)
      kill_once();
    return kills_.is_done();
  }

  void check_end() {
    for (const auto& id : jobs_)
      check_job(id);
    check_slots();
    const auto log = run_log_.read();
    for (const auto& [attempt, times] : log.begun) {
      INFO("attempt " << attempt);
      CHECK(times == 1);
    }
    CHECK(log.peak_running <= static_cast<int>(executor_.slots));
    CHECK(stat_of(daemon_.client, "/running") == 0);
    check_nothing_left();
  }

  [[nodiscard]] std::string summary() const {
    return std::to_string(kills_made_) + " kills, " + std::to_string(jobs_.size()) + " jobs; " +
           "kills that hit attempts: " + kills_.summary();
  }
  [[nodiscard]] std::string messages() const { return daemon_.rotad.standard_error(); }

private:
  void put_type(const std::string& name, const std::string& act) {
    daemon_.client.call("type.put", R"({"name":")" + name + R"(","executor":{"name":")" +
                                        executor_.name + R"(","command":)" + run_log_.command(act) +
                                        executor_.options + "}}");
  }

  /// Pushes enough jobs to start until the next kill.
  void push_jobs() {
    const auto ready = static_cast<std::size_t>(stat_of(daemon_.client, "/ready"));
    for (std::size_t waiting = ready; waiting <= executor_.slots; ++waiting) {
      const bool is_long = kills_.random(2) == 0;
      jobs_.push_back(
          push(daemon_.client, is_long ? "long" : "short", kills_.random(1) == 0 ? "ada" : "bob"));
    }
  }

  /// Returns whether the trap killed the daemon.
  bool kill_by(const std::function<void(bool)>& trap) {
    trap(true);
    const bool is_hit = dies_in(trap_timeout);
    trap(false);
    return is_hit;
  }

  /// Returns false if the test itself had to kill the daemon.
  bool dies_in(std::chrono::milliseconds time) {
    const bool is_hit = eventually([&] { return !daemon_.rotad.is_running(); }, time);
    if (!is_hit)
      daemon_.rotad.kill();
    return is_hit;
  }

  /// Returns true if the daemon died at the kill point.
  bool kill_at(const kill_point& point) {
    if (point.trap)
      return kill_by(point.trap);
    if (point.thread.empty()) {
      std::this_thread::sleep_for(std::chrono::milliseconds{kills_.random(random_delay_ms)});
      daemon_.rotad.kill();
      return true;
    }
    const auto nth = point.nth_min + kills_.random(point.nth_max - point.nth_min);
    const fault::attached_strace strace{daemon_.rotad.pid(),
                                        point.call + ":signal=SIGKILL:when=" + std::to_string(nth),
                                        point.thread, point.call};
    return dies_in(kill_point_timeout);
  }

  /// Pushes jobs for all slots that become ready once the kill is prepared.
  void push_later_jobs() {
    REQUIRE(eventually([&] { return is_idle(); }));
    for (auto& id : push_many(daemon_.client, "short", "ada", executor_.slots,
                              R"("delay_ms":)" + std::to_string(fresh_delay_ms)))
      jobs_.push_back(std::move(id));
  }

  /// Makes sure that the poller has attempts to list for a while.
  void run_something() {
    jobs_.push_back(push(daemon_.client, "long", "ada"));
    const auto id = jobs_.back();
    REQUIRE(becomes(daemon_.client, id, "running"));
  }

  bool is_idle() {
    const auto stats = daemon_.client.call("server.stats");
    return stats.integer("/ready") + stats.integer("/running") == 0;
  }

  void kill_once() {
    const auto& point = kills_.next();
    if (point.fresh)
      push_later_jobs();
    else if (!point.polls)
      push_jobs();
    if (point.polls)
      run_something();
    const bool is_hit = kill_at(point);
    // Read first, because started attempts keep running.
    const auto outer =
        outer_state_of(daemon_.rotad.data() / "run" / executor_.name / executor_.runs, run_log_);
    const auto durable = durable_state_in(daemon_.rotad.data());
    for (const auto& attempt : unexplained(durable, outer))
      FAIL_CHECK("the backend has " << attempt << ", whose intent isn't durable");
    CHECK(durable.attempts.size() <= executor_.slots);
    auto hit = phases_of(durable, outer, executor_.slots);
    if (point.polls && is_hit && hit.contains(phase::running))
      hit.insert(phase::polled);
    kills_.hit(hit);
    daemon_.start();
  }

  /// Checks that the job ran once and ended. The daemon's death alone must not cost an attempt.
  void check_job(const std::string& id) {
    const bool is_good = becomes(daemon_.client, id, "succeeded");
    const auto job = get(daemon_.client, id);
    INFO(job.raw());
    REQUIRE(is_good);
    const auto log = run_log_.read();
    CHECK(job.integer("/attempts") == 1);
    CHECK(job.integer("/crashes") == 0);
    CHECK(log.jobs_begun.at(id) == 1);
    CHECK(log.jobs_ended.at(id) == 1);
  }

  void check_slots() {
    for (const auto& id : push_many(daemon_.client, "meeting", "ada", executor_.slots))
      check_job(id);
    json last;
    const bool is_idle = eventually([&] {
      last = daemon_.client.call("executor.list");
      const auto all = last.elements("/executors");
      return std::all_of(all.begin(), all.end(),
                         [](const json& each) { return each.integer("/running") == 0; });
    });
    INFO(last.raw());
    CHECK(is_idle);
  }

  void check_nothing_left() {
    const auto data = daemon_.rotad.data();
    std::string left;
    const bool is_clean = eventually([&] {
      const auto runs =
          outer_state_of(data / "run" / executor_.name / executor_.runs, run_log_).known;
      left = runs.empty() ? executor_.left_over(data) : "the run folder of " + *runs.begin();
      return left.empty();
    });
    INFO(left);
    CHECK(is_clean);
  }

  const executor_under_test& executor_;
  run_log run_log_;
  kill_chooser kills_;
  running_daemon daemon_;
  std::vector<std::string> jobs_;
  int kills_made_ = 0;
};

} // namespace

void check_crash_matrix(const executor_under_test& executor) {
  const auto why = fault::no_strace();
  if (!why.empty()) {
    std::cout << "SKIPPED: " << why << std::endl;
    return;
  }
  const auto seed = chosen_seed();
  std::cout << "crash matrix of " << executor.name << ": seed " << seed << " (ROTA_SEED)"
            << std::endl;
  INFO("seed " << seed);
  matrix run{executor, seed};
  const bool is_complete = run.kill_often();
  INFO(run.messages());
  run.check_end();
  std::cout << "crash matrix of " << executor.name << ": " << run.summary() << std::endl;
  CHECK(is_complete);
}

} // namespace rota::tests
