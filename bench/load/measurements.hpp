#pragma once

#include "bench/common/stop_signal.hpp"
#include "bench/load/options.hpp"
#include "bench/load/results.hpp"

#include <filesystem>

// What is measured, one function each, on daemons of its own below `folder`.

namespace rota::bench {

/// Measures all cells in rounds, the bare yardstick between them, below `folder`.
void measure_throughput(const load_options& options, const std::filesystem::path& folder,
                        const stop_signal& stop, load_results& results);

/// Measures what depends on how many jobs wait: pop latency, memory, restart. Each depth has a
/// daemon of its own below `folder`.
void measure_depths(const load_options& options, const std::filesystem::path& folder,
                    const stop_signal& stop, load_results& results);

/// Measures what a daemon with many queues, waiting jobs and idle connections costs while nothing
/// happens.
void measure_idle(const load_options& options, const std::filesystem::path& folder,
                  const stop_signal& stop, load_results& results);

/// Measures jobs that rotad runs by itself on the process executor, many at a time: commands that do
/// nothing but count themselves.
void measure_executed(const load_options& options, const std::filesystem::path& folder,
                      const stop_signal& stop, load_results& results);

/// Measures what operators cost: 10,000 jobs/s by themselves, and with many consoles that ask for the daemon's counters
/// each second, and a scrape of its metrics each second.
void measure_observed(const load_options& options, const std::filesystem::path& folder,
                      const stop_signal& stop, load_results& results);

} // namespace rota::bench
