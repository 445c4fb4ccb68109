#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/peers/peer.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rota::bench {

/// Where the systems come from and go to.
struct system_places {
  std::filesystem::path daemon; ///< The rotad to measure.
  std::filesystem::path bullmq; ///< BullMQ's driver and its node_modules.
  std::filesystem::path folder; ///< Each system's data will lie in a folder below it.
};

/// The names of all systems that can be measured, rota first.
[[nodiscard]] const std::vector<std::string>& system_names();

/// The systems of those names, in the order of system_names(), without any data. Nothing is started
/// yet. One that isn't installed is left out with a note where that is common.
[[nodiscard]] std::vector<std::unique_ptr<peer>> make_systems(const std::vector<std::string>& names,
                                                              const system_places& places,
                                                              const stop_signal& stop);

} // namespace rota::bench
