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

struct known_system {
  std::string name;
  std::function<std::unique_ptr<peer>(const system_paths&, const stop_signal&)> make;
};

template <typename System>
known_system plain(const std::string& name) {
  return {name,
          [name](const system_paths& paths, const stop_signal& stop) -> std::unique_ptr<peer> {
            return std::make_unique<System>(paths.folder / name, stop);
          }};
}

template <typename System, typename Kind>
known_system with_kind(const std::string& name, Kind kind) {
  return {
      name,
      [name, kind](const system_paths& paths, const stop_signal& stop) -> std::unique_ptr<peer> {
        return std::make_unique<System>(paths.folder / name, kind, stop);
      }};
}

known_system rota_with(const std::string& name, const std::string& durability, rota_leases leases) {
  return {name, [=](const system_paths& paths, const stop_signal& stop) -> std::unique_ptr<peer> {
            return std::make_unique<rota_peer>(paths.daemon, paths.folder / name, durability,
                                               leases, stop);
          }};
}

const std::vector<known_system>& all_systems() {
  static const std::vector<known_system> systems{
      rota_with("rota", "fsync", rota_leases::batches),
      rota_with("rota-single", "fsync", rota_leases::single),
      with_kind<beanstalkd>("beanstalkd", beanstalk_log::synced),
      plain<redis_lists>("redis"),
      {"bullmq",
       [](const system_paths& paths, const stop_signal& stop) -> std::unique_ptr<peer> {
         return std::make_unique<bullmq>(paths.bullmq, paths.folder / "bullmq", stop);
       }},
      with_kind<postgres>("postgres", postgres_choice::oldest),
      with_kind<postgres>("postgres-fair", postgres_choice::fair),
      rota_with("rota-os", "os", rota_leases::batches),
      with_kind<nats>("nats", nats_consumers::one),
      with_kind<nats>("nats-tenants", nats_consumers::each_tenant),
      rota_with("rota-memory", "memory", rota_leases::batches),
      with_kind<beanstalkd>("beanstalkd-memory", beanstalk_log::none),
  };
  return systems;
}

} // namespace

const std::vector<std::string>& system_names() {
  static const auto names = [] {
    std::vector<std::string> found;
    for (const auto& system : all_systems())
      found.push_back(system.name);
    return found;
  }();
  return names;
}

std::vector<std::unique_ptr<peer>> make_systems(const std::vector<std::string>& names,
                                                const system_paths& paths,
                                                const stop_signal& stop) {
  std::vector<std::unique_ptr<peer>> systems;
  for (const auto& system : all_systems()) {
    if (std::find(names.begin(), names.end(), system.name) == names.end())
      continue;
    if (system.name == "bullmq" && !std::filesystem::exists(paths.bullmq / "node_modules")) {
      std::fprintf(stderr, "BullMQ is not installed in %s: left out\n", paths.bullmq.c_str());
    } else {
      std::filesystem::remove_all(paths.folder / system.name);
      systems.push_back(system.make(paths, stop));
    }
  }
  return systems;
}

} // namespace rota::bench
