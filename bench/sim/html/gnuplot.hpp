// Plots as SVG, drawn by gnuplot.
#pragma once
#include <string>

namespace rota::bench {

/// Runs a gnuplot script that draws one plot, after the settings that all plots share: size,
/// colours for light and dark pages, a thin grid. Returns the <svg> element for a page. `name`
/// makes the ids of the plots on a page unique. Throws if gnuplot is not installed or reports an
/// error.
[[nodiscard]] std::string svg_by_gnuplot(const std::string& name, const std::string& script);

/// The colours of the plots, in the order of their use; repeats after the last one.
[[nodiscard]] std::string plot_colour(std::size_t number);

} // namespace rota::bench
