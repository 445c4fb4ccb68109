// The real actors under all faults at once, with every promise checked at each step. A failure
// prints the command that reproduces it. ROTA_SEED sets the first seed, ROTA_SOAK=n multiplies the
// number of runs by n.
#include "bench/sim/run_to_end.hpp"
#include "bench/sim/scenario.hpp"
#include "tests/support/files.hpp"
#include "tests/support/seed.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <exception>
#include <string>

namespace rota::bench {

namespace {

constexpr const char* file = "examples/scenarios/faults.json";

/// The first violation in a run; empty if there is none.
std::string flaw_of(const scenario& what, std::uint64_t seed) {
  try {
    const auto work = workload_of(what, seed);
    const auto result = run_to_end(work, {.seed = seed, .checks = true}, "test");
    return result.all_jobs.size() == work.jobs.size() ? "" : "jobs are missing";
  } catch (const std::exception& flaw) {
    return flaw.what();
  }
}

/// Runs a quarter of the seeds. The quarters are separate tests, so that they run in parallel.
void run_quarter(std::uint64_t quarter) {
  const char* soak = std::getenv("ROTA_SOAK");
  const auto runs = 50 * (soak != nullptr ? std::strtoull(soak, nullptr, 10) : 1);
  const auto what = read_scenario(tests::read_whole(file));
  const auto first = tests::chosen_seed() % 1'000'000 * 1000 + quarter * 1'000'000'000'000;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const auto flaw = flaw_of(what, first + i);
    if (!flaw.empty())
      FAIL(flaw << "\n  rota-sim --scenario " << file << " --seed " << first + i << " --check");
  }
  SUCCEED();
}

} // namespace

TEST_CASE("all promises hold under faults and restarts, first quarter", "[property]") {
  run_quarter(0);
}
TEST_CASE("all promises hold under faults and restarts, second quarter", "[property]") {
  run_quarter(1);
}
TEST_CASE("all promises hold under faults and restarts, third quarter", "[property]") {
  run_quarter(2);
}
TEST_CASE("all promises hold under faults and restarts, last quarter", "[property]") {
  run_quarter(3);
}

} // namespace rota::bench
