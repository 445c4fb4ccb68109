#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/peers/peer.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rota::bench {

/// The names of all systems that can be measured, rota first.
[[nodiscard]] const std::vector<std::string>& system_names();

/// The systems of those names, in the order of system_names(); their data will lie below `folder`.
/// Nothing is started yet. Throws when the program of one is missing.
[[nodiscard]] std::vector<std::unique_ptr<peer>> make_systems(const std::vector<std::string>& names,
                                                              const std::filesystem::path& daemon,
                                                              const std::filesystem::path& folder,
                                                              const stop_signal& stop);

} // namespace rota::bench
