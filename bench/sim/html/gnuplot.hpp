// Plots as SVG, by gnuplot.
#pragma once
#include <string>

namespace rota::bench {

/// Runs a gnuplot script that draws one plot, after settings that all plots share: size, colours that
/// go with a light and a dark page, a quiet grid. Gives the <svg> element, to stand in a page. `name`
/// keeps the ids of several plots apart. Throws when gnuplot is missing or has something against it.
[[nodiscard]] std::string svg_by_gnuplot(const std::string& name, const std::string& script);

/// The colours of the plots, in the order of their use; begins again after the last.
[[nodiscard]] std::string plot_colour(std::size_t number);

} // namespace rota::bench
