#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/load/options.hpp"
#include "bench/load/results.hpp"

#include <filesystem>

namespace rota::bench {

/// Measures what operators cost: 10,000 jobs/s by themselves, and with many consoles that ask for the daemon's counters
/// each second, and a scrape of its metrics each second.
void measure_observed(const load_options& options, const std::filesystem::path& folder,
                      const stop_signal& stop, load_results& results);

} // namespace rota::bench
