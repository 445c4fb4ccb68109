#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/load/options.hpp"
#include "bench/load/results.hpp"

#include <filesystem>

namespace rota::bench {

/// Measures jobs that rotad runs by itself on the process executor, many at a time: commands that do
/// nothing but count themselves.
void measure_executed(const load_options& options, const std::filesystem::path& folder,
                      const stop_signal& stop, load_results& results);

} // namespace rota::bench
