#include "bench/common/program.hpp"
#include "bench/sim/html/plots.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace rota::bench {
namespace {

/// Small, so that the text is still readable when a phone scales the plot down.
constexpr std::string_view plot_size = "520,320";

constexpr std::string_view shared_settings = R"(
set border 3 linewidth 1
set tics nomirror out
set grid ytics linewidth 0.5 linecolor rgb '#888888' dashtype 3
set key outside top center horizontal noenhanced
set style fill solid 0.85 noborder
)";

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

/// Removes everything before the <svg> element and replaces black with the colour of the page's
/// text. gnuplot uses the current colour in many places, but sets it to black itself.
std::string for_a_page(std::string svg) {
  svg.erase(0, svg.find("<svg"));
  replace_all(svg, " color=\"black\"", "");
  replace_all(svg, "stroke='black'", "stroke='currentColor'");
  replace_all(svg, "stroke=\"black\"", "stroke=\"currentColor\"");
  replace_all(svg, "fill=\"black\"", "fill=\"currentColor\"");
  replace_all(svg, "stroke='rgb(  0,   0,   0)'", "stroke='currentColor'");
  replace_all(svg, "fill = 'rgb(  0,   0,   0)'", "fill='currentColor'");
  replace_all(svg, "fill='rgb(  0,   0,   0)'", "fill='currentColor'");
  return svg;
}

} // namespace

std::string plot_colour(std::size_t number) {
  // Distinguishable for people with colour blindness (P. Tol's bright scheme), on white and on
  // black.
  constexpr std::array colours{"#4477aa", "#ee6677", "#228833", "#ccbb44",
                               "#66ccee", "#aa3377", "#ee8833", "#999999"};
  return colours[number % colours.size()];
}

std::string svg_by_gnuplot(const std::string& name, const std::string& script) {
  const temporary_folder folder(std::filesystem::temp_directory_path());
  const auto plot = folder.path() / "plot.svg";
  const auto source = folder.path() / "plot.gp";
  std::ofstream{source} << "set terminal svg dynamic size " << plot_size
                        << " enhanced font 'sans-serif,14' name '" << name << "'\nset output '"
                        << plot.string() << "'\n"
                        << shared_settings << script << '\n';
  const auto log = folder.path() / "log";
  const auto command = "gnuplot '" + source.string() + "' >'" + log.string() + "' 2>&1";
  if (std::system(command.c_str()) != 0)
    throw std::runtime_error("gnuplot (Debian: gnuplot-nox) could not draw " + name + ": " +
                             read_text(log));
  return for_a_page(read_text(plot));
}

} // namespace rota::bench
