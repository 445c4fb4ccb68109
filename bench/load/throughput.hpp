#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/load/options.hpp"
#include "bench/load/results.hpp"

#include <filesystem>

namespace rota::bench {

/// Measures all cells in rounds, the bare yardstick between them, below `folder`.
void measure_throughput(const load_options& options, const std::filesystem::path& folder,
                        const stop_signal& stop, load_results& results);

} // namespace rota::bench
