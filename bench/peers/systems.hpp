#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/peers/peer.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rota::bench {

/// The folders of the systems' programs and data.
struct system_paths {
  std::filesystem::path daemon; ///< The rotad to measure.
  std::filesystem::path bullmq; ///< BullMQ's driver and its node_modules.
  std::filesystem::path folder; ///< Each system's data is in a folder below this one.
};

/// The names of all systems that can be measured, rota first.
[[nodiscard]] const std::vector<std::string>& system_names();

/// Creates the named systems, in the order of system_names(), without data and not yet started. A
/// system that is often not installed is left out with a message if it is missing.
[[nodiscard]] std::vector<std::unique_ptr<peer>> make_systems(const std::vector<std::string>& names,
                                                              const system_paths& paths,
                                                              const stop_signal& stop);

} // namespace rota::bench
