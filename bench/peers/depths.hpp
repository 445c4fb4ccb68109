#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/peers/options.hpp"
#include "bench/peers/results.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace rota::bench {

/// Measures every system with much waiting, one after the other. A system is left out at a depth
/// that it would take too long to fill. The systems' data lie below `folder`.
void measure_depths(const peers_options& options, const std::vector<std::unique_ptr<peer>>& systems,
                    const std::filesystem::path& folder, const stop_signal& stop,
                    peers_results& results);

} // namespace rota::bench
