#include "tests/executors/backend_kills.hpp"

#include "tests/executors/attempt_lives.hpp"
#include "tests/support/docker_backend.hpp"
#include "tests/support/seed.hpp"

#include <array>
#include <cstdlib>
#include <iostream>

namespace rota::tests {
namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr auto phase_patience = 5s;
/// Only a failing test takes this long.
constexpr auto kills_patience = 200s;

constexpr std::array phases{attempt_phase::starting, attempt_phase::running,
                            attempt_phase::finishing, attempt_phase::ended,
                            attempt_phase::removing};

std::string_view words_for(attempt_phase phase) {
  switch (phase) {
  case attempt_phase::starting: return "starting";
  case attempt_phase::running: return "running";
  case attempt_phase::finishing: return "finishing";
  case attempt_phase::ended: return "ended";
  case attempt_phase::fencing: return "fencing";
  case attempt_phase::removing: return "removing";
  }
  return {};
}

/// Returns mostly short times: the first actions of a phase are over sooner than the rest.
std::chrono::microseconds skewed(dice& random, std::chrono::milliseconds max) {
  const double part = std::uniform_real_distribution{0.0, 1.0}(random);
  return std::chrono::duration_cast<std::chrono::microseconds>(max * part * part);
}

/// Kills by phase, and the attempts of which an own part was killed.
struct kill_record {
  std::map<attempt_phase, int> kills;
  std::set<std::string> victims;
};

/// Kills at moments that are set by attempts in alternating phases.
kill_record kill_on(kill_target& target, attempt_lives& lives, dice random, int kills) {
  kill_record record;
  const auto until = steady::now() + kills_patience;
  std::size_t turn = 0;
  for (int killed = 0; killed < kills;) {
    if (steady::now() > until) {
      lives.fail("only " + std::to_string(killed) + " kills");
      break;
    }
    const auto phase = phases.at(turn++ % phases.size());
    const auto name = lives.await(phase, phase_patience);
    if (!name)
      continue;
    // Not a wait for a condition: the moment of the kill is what is tested.
    std::this_thread::sleep_for(skewed(random, target.spread));
    if (!target.kill(*name, random))
      continue;
    ++killed;
    ++record.kills[phase];
    record.victims.insert(*name);
    target.restart();
  }
  return record;
}

} // namespace

void kill_often(kill_target& target, const std::string& what, int kills) {
  const auto seed = chosen_seed();
  INFO("ROTA_SEED=" << seed);
  const auto began = steady::now();
  attempt_lives lives{target, seed};
  const auto record = kill_on(target, lives, dice{seed}, kills);
  lives.finish();
  lives.check_all(record.victims);
  std::cout << "killed " << what << " (ROTA_SEED=" << seed << ", "
            << std::chrono::duration_cast<std::chrono::seconds>(steady::now() - began).count()
            << " s):";
  for (const auto& [phase, count] : record.kills)
    std::cout << ' ' << count << ' ' << words_for(phase);
  std::cout << "; attempts: " << lives.ended() << " ended, " << lives.lost() << " lost"
            << std::endl;
  for (const auto& failure : lives.failures())
    UNSCOPED_INFO(failure);
  CHECK(lives.failures().empty());
}

} // namespace rota::tests
