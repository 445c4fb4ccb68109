// The plots of a report, one <svg> element each, drawn by gnuplot.
#pragma once
#include "bench/sim/results.hpp"

#include <string>
#include <vector>

namespace rota::bench {

/// Runs a gnuplot script that draws one plot, after the settings that all plots share: size,
/// colours for light and dark pages, a thin grid. Returns the <svg> element for a page. `name`
/// makes the ids of the plots on a page unique. Throws if gnuplot is not installed or reports an
/// error.
[[nodiscard]] std::string svg_by_gnuplot(const std::string& name, const std::string& script);

/// The colours of the plots, in the order of their use; repeats after the last one.
[[nodiscard]] std::string plot_colour(std::size_t number);

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
