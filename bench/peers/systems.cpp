#include "bench/peers/systems.hpp"

#include "bench/peers/beanstalkd.hpp"
#include "bench/peers/rota_peer.hpp"

#include <algorithm>
#include <functional>

namespace rota::bench {

namespace {

/// Where a system comes from.
struct origin {
  const std::filesystem::path& daemon;
  const std::filesystem::path& folder;
  const stop_signal& stop;
};

struct known_system {
  std::string name;
  std::function<std::unique_ptr<peer>(const origin&)> make;
};

template <typename System, typename Kind>
known_system with_kind(const std::string& name, Kind kind) {
  return {name, [name, kind](const origin& from) -> std::unique_ptr<peer> {
            return std::make_unique<System>(from.folder / name, kind, from.stop);
          }};
}

known_system rota_with(const std::string& name, const std::string& durability, rota_leases leases) {
  return {name, [=](const origin& from) -> std::unique_ptr<peer> {
            return std::make_unique<rota_peer>(from.daemon, from.folder / name, durability, leases,
                                               from.stop);
          }};
}

const std::vector<known_system>& all_systems() {
  static const std::vector<known_system> systems{
      rota_with("rota", "fsync", rota_leases::batches),
      rota_with("rota-single", "fsync", rota_leases::single),
      with_kind<beanstalkd>("beanstalkd", beanstalk_log::synced),
      rota_with("rota-os", "os", rota_leases::batches),
      rota_with("rota-memory", "memory", rota_leases::batches),
      with_kind<beanstalkd>("beanstalkd-memory", beanstalk_log::none),
  };
  return systems;
}

} // namespace

const std::vector<std::string>& system_names() {
  static const auto names = [] {
    std::vector<std::string> found;
    for (const auto& system : all_systems()) {
      found.push_back(system.name);
    }
    return found;
  }();
  return names;
}

std::vector<std::unique_ptr<peer>> make_systems(const std::vector<std::string>& names,
                                                const std::filesystem::path& daemon,
                                                const std::filesystem::path& folder,
                                                const stop_signal& stop) {
  std::vector<std::unique_ptr<peer>> systems;
  for (const auto& system : all_systems()) {
    if (std::find(names.begin(), names.end(), system.name) != names.end()) {
      systems.push_back(system.make({daemon, folder, stop}));
    }
  }
  return systems;
}

} // namespace rota::bench
