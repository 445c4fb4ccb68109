// A daemon that is repeatedly killed at random moments while clients use it.
#include "tests/support/seed.hpp"
#include "tests/system/crash/crash_clients.hpp"
#include "tests/system/crash/crash_model.hpp"
#include "tests/system/support/daemon_process.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace rota::tests;
using namespace rota::tests::crash;

namespace {

constexpr int kills = 60;

/// Snapshots and truncations are frequent, so that kills hit them.
constexpr const char* config = R"({"snapshot_ms":200})";

void put_settings(test_client& daemon) {
  const std::string often =
      R"(,"retry":{"max_attempts":3,"base_ms":1,"max_ms":50},"max_crashes":100000)";
  daemon.call("type.put", R"({"name":"plain")" + often + "}");
  daemon.call("type.put", R"({"name":"bulk","batch":{"max_size":8})" + often + "}");
  daemon.call("type.put", R"({"name":"narrow","max_running":)" +
                              std::to_string(narrow_max_running) + R"(,"max_running_per_tenant":)" +
                              std::to_string(narrow_max_running_per_tenant) + often + "}");
  daemon.call("tenant.put",
              R"({"name":"capped","max_running":)" + std::to_string(capped_max_running) + "}");
  daemon.call("tenant.put", R"({"name":"ada","weight":3})");
  daemon.call("key.put", R"({"key":"one","max_running":1})");
  daemon.call("key.put", R"({"key":"two","max_running":2})");
}

void check_settings(test_client& daemon, model& known) {
  std::map<std::string, std::int64_t> limits;
  for (const auto& setting : daemon.call("tenant.list").elements("/tenants"))
    if (!setting.is_null("/max_running"))
      limits[setting.text("/name")] = setting.integer("/max_running");
  for (const auto& [tenant, values] : known.settings()) {
    const auto limit = limits.try_emplace(tenant, no_limit).first->second;
    if (!values.contains(limit))
      known.violated("the acknowledged max_running of " + tenant + " is lost: it is " +
                     std::to_string(limit));
  }
  const auto narrow = daemon.call("type.get", R"({"name":"narrow"})");
  if (narrow.integer("/max_running") != static_cast<std::int64_t>(narrow_max_running))
    known.violated("type narrow lost its limit: " + narrow.raw());
}

/// Reads these jobs, many at a time, while no other client is active.
void check_jobs(test_client& daemon, model& known, const std::vector<std::string>& ids) {
  constexpr std::size_t at_a_time = 500;
  for (std::size_t begin = 0; begin < ids.size(); begin += at_a_time) {
    const auto end = std::min(ids.size(), begin + at_a_time);
    std::vector<std::int64_t> requests;
    for (auto i = begin; i < end; ++i)
      requests.push_back(daemon.send("job.get", "{\"id\":" + json_string(ids[i]) + "}"));
    for (auto i = begin; i < end; ++i) {
      try {
        known.check(ids[i], daemon.result(requests[i - begin]));
      } catch (const refused& error) {
        known.missing(ids[i], error.what());
      }
    }
  }
}

class crash_run {
public:
  explicit crash_run(std::uint64_t seed) : random_(seed) {
    for (int i = 0; i < 2; ++i)
      participants_.push_back(std::make_unique<producer>(known_, random_()));
    for (int i = 0; i < 3; ++i)
      participants_.push_back(std::make_unique<worker>(known_, random_()));
    participants_.push_back(std::make_unique<controller>(known_, random_()));
    test_client daemon{rotad_.endpoint()};
    put_settings(daemon);
  }

  void round(int number) {
    std::vector<std::thread> threads;
    for (auto& each : participants_)
      threads.emplace_back([&] { each->work(rotad_.endpoint()); });
    // Sometimes long enough that leases lost in a kill expire.
    const auto most = number % 6 == 5 ? 1500 : 500;
    std::this_thread::sleep_for(std::chrono::milliseconds{random_() % most});
    const bool by_sigterm = number % 10 == 9;
    if (by_sigterm)
      CHECK(rotad_.terminate() == 0);
    else
      rotad_.kill();
    for (auto& thread : threads)
      thread.join();
    if (number % 4 == 3)
      kill_while_starting();
    rotad_.start();
  }

  void check(bool everything) {
    test_client daemon{rotad_.endpoint()};
    check_settings(daemon, known_);
    check_jobs(daemon, known_, everything ? known_.acknowledged() : known_.some_jobs(random_, 300));
    if (everything)
      known_.check_unexplained();
  }

  model& known() { return known_; }
  std::string messages() const { return rotad_.standard_error(); }

private:
  void kill_while_starting() {
    child_program starting{rotad_.command(), "/dev/null", "/dev/null"};
    std::this_thread::sleep_for(std::chrono::milliseconds{random_() % 120});
    starting.signal(SIGKILL);
    starting.wait();
  }

  std::mt19937_64 random_;
  daemon_process rotad_{{"--durability", "fsync"}, config};
  model known_;
  std::vector<std::unique_ptr<participant>> participants_;
};

} // namespace

TEST_CASE("Killed at random moments, the daemon keeps all that it acknowledged and no more") {
  const auto seed = chosen_seed();
  std::cout << "crash test: seed " << seed << " (ROTA_SEED)" << std::endl;
  crash_run run{seed};
  const auto has_no_violation = [&] {
    for (const auto& violation : run.known().violations())
      FAIL_CHECK(violation);
    return run.known().violations().empty();
  };
  INFO("seed " << seed);
  for (int round = 0; round < kills && has_no_violation(); ++round) {
    INFO("round " << round);
    run.round(round);
    run.check(round % 15 == 14);
  }
  run.check(true);
  std::cout << "crash test: " << run.known().summary() << std::endl;
  INFO(run.messages());
  CHECK(has_no_violation());
}
