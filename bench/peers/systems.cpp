#include "bench/peers/systems.hpp"

#include "bench/peers/systems/beanstalkd.hpp"
#include "bench/peers/systems/bullmq.hpp"
#include "bench/peers/systems/nats.hpp"
#include "bench/peers/systems/postgres.hpp"
#include "bench/peers/systems/redis.hpp"
#include "bench/peers/systems/rota_peer.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>

namespace rota::bench {

namespace {

using path = std::filesystem::path;

/// Makes a system with these traits, on that folder.
using maker = std::function<std::unique_ptr<peer>(const peer_traits&, const path& folder,
                                                  const system_paths&, const stop_signal&)>;

/// A system that its folder and `kind` describe.
template <class System, class... Kind>
maker with(Kind... kind) {
  return [=](const peer_traits& traits, const path& folder, const system_paths&,
             const stop_signal& stop) {
    return std::make_unique<System>(traits, folder, kind..., stop);
  };
}

maker rota_with(const std::string& durability, lease_form leases) {
  return [=](const peer_traits& traits, const path& folder, const system_paths& paths,
             const stop_signal& stop) {
    return std::make_unique<rota_peer>(traits, paths.daemon, folder, durability, leases, stop);
  };
}

std::unique_ptr<peer> make_bullmq(const peer_traits& traits, const path& folder,
                                  const system_paths& paths, const stop_signal& stop) {
  return std::make_unique<bullmq>(traits, paths.bullmq, folder, stop);
}

struct known_system {
  peer_traits traits;
  maker make;
};

const std::string synced = "synced before each answer";
const std::string written = "written, not synced";
const std::string often_synced = "written, synced every 2 minutes";
const std::string memory = "in memory";
const std::string batches = "fair, each batch a decision";

const std::vector<known_system>& all_systems() {
  static const std::vector<known_system> systems{
      {{"rota", synced, "rota", batches}, rota_with("fsync", lease_form::batches)},
      {{.name = "rota-single",
        .durability = synced,
        .rota = "rota",
        .choice = "fair, each job a decision",
        .batch_min = 2},
       rota_with("fsync", lease_form::single)},
      // Each step of beanstalkd walks all tubes; creating 100,000 takes more than minutes.
      {{.name = "beanstalkd",
        .durability = "synced before each answer, one by one",
        .rota = "rota",
        .choice = "clients go round the tubes",
        .tenants_max = 10'000},
       with<beanstalkd>(beanstalk_log::synced)},
      {{"redis", synced, "rota", "tenants in turn, by a function in Lua"}, with<redis_lists>()},
      // BullMQ does not distinguish tenants, so more of them would give the same result.
      {{.name = "bullmq",
        .durability = synced,
        .rota = "rota",
        .choice = "the oldest",
        .tenants_max = 1000},
       make_bullmq},
      {{"postgres", synced, "rota", "the oldest"}, with<postgres>(postgres_choice::oldest)},
      {{.name = "postgres-fair",
        .durability = synced,
        .rota = "rota",
        .choice = "the tenant served longest ago",
        .tenants_min = 2},
       with<postgres>(postgres_choice::fair)},
      {{"rota-os", written, "rota-os", batches}, rota_with("os", lease_form::batches)},
      {{"nats", often_synced, "rota-os", "the oldest"}, with<nats>(nats_consumers::one)},
      {{.name = "nats-tenants",
        .durability = often_synced,
        .rota = "rota-os",
        .choice = "clients go round the consumers",
        .tenants_min = 2,
        .tenants_max = 1000},
       with<nats>(nats_consumers::each_tenant)},
      {{"rota-memory", memory, "rota-memory", batches}, rota_with("memory", lease_form::batches)},
      {{.name = "beanstalkd-memory",
        .durability = memory,
        .rota = "rota-memory",
        .choice = "clients go round the tubes",
        .tenants_max = 10'000},
       with<beanstalkd>(beanstalk_log::none)},
  };
  return systems;
}

} // namespace

const std::vector<std::string>& system_names() {
  static const auto names = [] {
    std::vector<std::string> found;
    for (const auto& system : all_systems())
      found.push_back(system.traits.name);
    return found;
  }();
  return names;
}

std::vector<std::unique_ptr<peer>> make_systems(const std::vector<std::string>& names,
                                                const system_paths& paths,
                                                const stop_signal& stop) {
  std::vector<std::unique_ptr<peer>> systems;
  for (const auto& [traits, make] : all_systems()) {
    if (std::find(names.begin(), names.end(), traits.name) == names.end())
      continue;
    if (traits.name == "bullmq" && !std::filesystem::exists(paths.bullmq / "node_modules")) {
      std::fprintf(stderr, "BullMQ is not installed in %s: left out\n", paths.bullmq.c_str());
    } else {
      std::filesystem::remove_all(paths.folder / traits.name);
      systems.push_back(make(traits, paths.folder / traits.name, paths, stop));
    }
  }
  return systems;
}

} // namespace rota::bench
