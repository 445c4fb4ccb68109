#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/load/options.hpp"
#include "bench/load/results.hpp"

#include <filesystem>

// The measurements, one function each, on daemons whose data is below `folder`.

namespace rota::bench {

/// Measures all cells in rounds, with the bare yardstick between them.
void measure_throughput(const load_options& options, const std::filesystem::path& folder,
                        const stop_signal& stop, load_results& results);

/// Measures what depends on the number of waiting jobs: pop latency, memory, restart. Each depth
/// has its own daemon.
void measure_depths(const load_options& options, const std::filesystem::path& folder,
                    const stop_signal& stop, load_results& results);

/// Measures the cost of an idle daemon with many queues, waiting jobs and connections.
void measure_idle(const load_options& options, const std::filesystem::path& folder,
                  const stop_signal& stop, load_results& results);

/// Measures jobs that rotad runs on the process executor, many at a time. Their commands only count
/// themselves.
void measure_executed(const load_options& options, const std::filesystem::path& folder,
                      const stop_signal& stop, load_results& results);

/// Measures the cost of observation: 10,000 jobs/s alone, and with many consoles that request the
/// daemon's counters every second and a scrape of its metrics every second.
void measure_observed(const load_options& options, const std::filesystem::path& folder,
                      const stop_signal& stop, load_results& results);

} // namespace rota::bench
