// The results of a simulation, for people and as JSON.
#pragma once
#include "bench/sim/results.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace rota::bench {

/// Writes "GAP / BOUND = RATIO".
[[nodiscard]] std::string gap_text(const engine::fairness_gap& fairness, int ratio_digits);

/// A table of the `tenants_shown` tenants with the most jobs, and a summary of all.
[[nodiscard]] std::string text_of(const sim_result& result, std::size_t tenants_shown);

/// Results for the same input under several policies side by side: the summaries, and the waits of
/// each tenant.
[[nodiscard]] std::string comparison_of(const std::vector<sim_result>& results,
                                        std::size_t tenants_shown);

/// One line: {policy, jobs, attempts, failed, refused, most_running, slots, makespan_s,
/// utilisation, wait_p50_s, wait_p99_s, took_p50_s, took_p99_s, jain, fairness: {gap, bound,
/// ratio}, tenants: [{name, jobs, wait_p50_s, wait_p90_s, wait_p99_s, took_p50_s, took_p99_s,
/// slowdown_p50, share}]}.
[[nodiscard]] std::string json_of(const sim_result& result);

/// Slots in use and waiting jobs over time, as a table for gnuplot: a line of names, then a line of
/// means for each of a few hundred equal parts of the time.
[[nodiscard]] std::string over_time(const sim_result& result);

} // namespace rota::bench
