#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/load/options.hpp"
#include "bench/load/results.hpp"

#include <filesystem>

namespace rota::bench {

/// Measures what depends on how many jobs wait: pop latency, memory, restart. Each depth has a
/// daemon of its own below `folder`.
void measure_depths(const load_options& options, const std::filesystem::path& folder,
                    const stop_signal& stop, load_results& results);

/// Measures what a daemon with many queues, waiting jobs and idle connections costs while nothing
/// happens.
void measure_idle(const load_options& options, const std::filesystem::path& folder,
                  const stop_signal& stop, load_results& results);

} // namespace rota::bench
