// The plots of a report, one <svg> element each.
#pragma once
#include "bench/sim/results.hpp"

#include <string>
#include <vector>

namespace rota::bench {

/// Plots of one simulation.
[[nodiscard]] std::string plot_shares(const sim_result& result);
[[nodiscard]] std::string plot_waits(const sim_result& result);
[[nodiscard]] std::string plot_slowdowns(const sim_result& result);
[[nodiscard]] std::string plot_utilisation(const sim_result& result);
[[nodiscard]] std::string plot_waiting(const sim_result& result);
[[nodiscard]] std::string plot_gap(const sim_result& result);
[[nodiscard]] std::string plot_jain(const sim_result& result);
[[nodiscard]] std::string plot_batches(const sim_result& result);

/// Plots that compare several simulations of the same input.
[[nodiscard]] std::string plot_waits_by_policy(const std::vector<sim_result>& results);
[[nodiscard]] std::string plot_gaps_by_policy(const std::vector<sim_result>& results);

} // namespace rota::bench
