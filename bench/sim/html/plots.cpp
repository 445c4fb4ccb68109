#include "bench/sim/html/plots.hpp"

#include "bench/sim/html/series.hpp"
#include "bench/sim/workload.hpp"

#include <algorithm>
#include <sstream>

namespace rota::bench {
namespace {

/// Tenants with their own colour or column.
constexpr std::size_t tenants_shown = 7;
/// Smaller values are shown as this one, because a logarithmic scale has no zero.
constexpr double least_wait_s = 0.01;
constexpr double least_gap = 0.01; ///< As above.

/// The unit in which a duration of this length is shown.
struct time_unit {
  const char* name;
  double seconds;
};
time_unit unit_for(double seconds) {
  if (seconds > 3 * 86'400)
    return {"days", 86'400};
  if (seconds > 3 * 3600)
    return {"hours", 3600};
  if (seconds > 300)
    return {"minutes", 60};
  return {"seconds", 1};
}

std::vector<std::string> shown_tenants(const sim_result& result) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(tenants_shown, result.tenants.size()); ++i)
    names.push_back(result.tenants[i].name);
  return names;
}

/// A gnuplot string, with quotes and characters that gnuplot would interpret replaced.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text)
    out += c == '"' || c == '\\' || c == '`' || static_cast<unsigned char>(c) < ' ' ? '?' : c;
  return out + '"';
}

std::string x_axis(time_unit unit) {
  return "set xlabel '" + std::string{unit.name} + "'\nset xrange [0:*]\n";
}

/// A data block with a row for each part of the time: the middle of the part, then the series.
std::string over_time(const sim_result& result, const std::vector<time_series>& columns) {
  const auto parts = parts_of(result);
  const double scale = parts.part_s / unit_for(parts.whole_s()).seconds;
  std::ostringstream data;
  data << "$data << END\n";
  for (std::size_t part = 0; part < parts.count; ++part) {
    data << (static_cast<double>(part) + 0.5) * scale;
    for (const auto& column : columns)
      data << ' ' << column[part];
    data << '\n';
  }
  data << "END\n";
  return data.str();
}

std::string line_over_time(const char* name, const char* label, const sim_result& result,
                           const time_series& values, std::size_t colour) {
  std::ostringstream script;
  script << over_time(result, {values}) << x_axis(unit_for(parts_of(result).whole_s()))
         << "set yrange [0:*]\nset ylabel '" << label << "'\nunset key\n"
         << "plot $data using 1:2 with filledcurves y1=0 fillstyle solid 0.25 linecolor rgb '"
         << plot_colour(colour) << "', $data using 1:2 with lines linewidth 1.5 linecolor rgb '"
         << plot_colour(colour) << "'";
  return svg_by_gnuplot(name, script.str());
}

/// Bars of several columns for each tenant.
struct bar {
  std::string title;
  std::vector<double> values; ///< One value per tenant.
};
std::string bars_by_tenant(const char* name, const char* label,
                           const std::vector<std::string>& tenants, const std::vector<bar>& bars,
                           bool powers) {
  std::ostringstream script;
  script << "$data << END\n";
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    script << quoted(tenants[i]);
    for (const auto& one : bars)
      script << ' ' << (powers ? std::max(one.values[i], least_wait_s) : one.values[i]);
    script << '\n';
  }
  script << "END\nset style data histograms\nset style histogram clustered gap 1\n"
         << "set xtics noenhanced rotate by -30\nset ylabel '" << label << "'\n"
         << (powers ? "set logscale y\nset format y '%g'\n" : "set yrange [0:*]\n") << "plot ";
  for (std::size_t i = 0; i < bars.size(); ++i)
    script << (i > 0 ? ", " : "") << "$data using " << i + 2 << ":xtic(1) title "
           << quoted(bars[i].title) << " linecolor rgb '" << plot_colour(i) << "'";
  return svg_by_gnuplot(name, script.str());
}

std::vector<double> values_of(const sim_result& result, double tenant_result::*what) {
  std::vector<double> values;
  for (std::size_t i = 0; i < std::min(tenants_shown, result.tenants.size()); ++i)
    values.push_back(result.tenants[i].*what);
  return values;
}

std::string samples_of(const sim_result& result, time_unit unit) {
  std::ostringstream data;
  data << "$data << END\n";
  for (const auto& sample : result.samples)
    data << in_seconds(sample.at) / unit.seconds << ' ' << sample.fairness.gap << ' '
         << sample.fairness.bound << ' ' << sample.jain << '\n';
  data << "END\n";
  return data.str();
}

} // namespace

std::string plot_shares(const sim_result& result) {
  const auto tenants = shown_tenants(result);
  auto series = slots_by_tenant(result, tenants);
  for (std::size_t i = 1; i < series.size(); ++i) // Stacks the series.
    for (std::size_t part = 0; part < series[i].size(); ++part)
      series[i][part] += series[i - 1][part];
  const bool others = tenants.size() < result.tenants.size();
  std::ostringstream script;
  script << over_time(result, series) << x_axis(unit_for(parts_of(result).whole_s()))
         << "set yrange [0:*]\nset ylabel 'slots'\nplot ";
  for (std::size_t i = 0; i < tenants.size() + (others ? 1 : 0); ++i) {
    const auto title = i < tenants.size() ? tenants[i] : "others";
    script << (i > 0 ? ", " : "") << "$data using 1:" << (i > 0 ? std::to_string(i + 1) : "(0)")
           << ':' << i + 2 << " with filledcurves title " << quoted(title) << " linecolor rgb '"
           << plot_colour(i) << "'";
  }
  return svg_by_gnuplot("shares", script.str());
}

std::string plot_waits(const sim_result& result) {
  return bars_by_tenant("waits", "wait, seconds", shown_tenants(result),
                        {{"p50", values_of(result, &tenant_result::wait_p50_s)},
                         {"p90", values_of(result, &tenant_result::wait_p90_s)},
                         {"p99", values_of(result, &tenant_result::wait_p99_s)}},
                        true);
}

std::string plot_slowdowns(const sim_result& result) {
  return bars_by_tenant("slowdowns", "slowdown, median", shown_tenants(result),
                        {{"slowdown", values_of(result, &tenant_result::slowdown_p50)}}, false);
}

std::string plot_utilisation(const sim_result& result) {
  auto used = slots_by_tenant(result, {}).front();
  for (auto& value : used)
    value *= 100 / result.slots;
  return line_over_time("utilisation", "% of the slots", result, used, 2);
}

std::string plot_waiting(const sim_result& result) {
  return line_over_time("waiting", "jobs that wait", result, waiting_jobs(result), 0);
}

std::string plot_gap(const sim_result& result) {
  const auto unit = unit_for(result.makespan_s);
  return svg_by_gnuplot("gap",
                        samples_of(result, unit) + x_axis(unit) +
                            "set yrange [0:*]\nset ylabel 'cost by weight'\n"
                            "plot $data using 1:2 with steps linewidth 2 linecolor rgb '" +
                            plot_colour(1) +
                            "' title 'worst gap so far', $data using 1:3 with steps linewidth 2 "
                            "dashtype 2 linecolor rgb '" +
                            plot_colour(2) + "' title 'its bound'");
}

std::string plot_jain(const sim_result& result) {
  const auto unit = unit_for(result.makespan_s);
  return svg_by_gnuplot("jain",
                        samples_of(result, unit) + x_axis(unit) +
                            "set yrange [0:1.05]\nset ylabel \"Jain's index so far\"\nunset key\n"
                            "plot $data using 1:4 with lines linewidth 2 linecolor rgb '" +
                            plot_colour(0) + "'");
}

std::string plot_batches(const sim_result& result) {
  std::ostringstream script;
  script << "$data << END\n";
  const auto sizes = batch_sizes(result);
  for (const auto& [size, count] : sizes)
    script << size << ' ' << count << '\n';
  const auto largest = sizes.empty() ? 0 : sizes.rbegin()->first;
  script << "END\nset xlabel 'jobs in an attempt'\nset ylabel 'attempts'\nset yrange [0:*]\n"
         << "set xrange [0:" << largest + 1 << "]\nunset key\nset boxwidth 0.8\n"
         << "plot $data using 1:2 with boxes linecolor rgb '" << plot_colour(5) << "'";
  return svg_by_gnuplot("batches", script.str());
}

std::string plot_waits_by_policy(const std::vector<sim_result>& results) {
  std::vector<bar> bars;
  for (const auto& result : results)
    bars.push_back({result.policy, values_of(result, &tenant_result::wait_p90_s)});
  return bars_by_tenant("policies", "wait, 90th percentile, seconds",
                        shown_tenants(results.front()), bars, true);
}

std::string plot_gaps_by_policy(const std::vector<sim_result>& results) {
  std::ostringstream script;
  script << "$data << END\n";
  for (std::size_t i = 0; i < results.size(); ++i)
    script << i << ' ' << quoted(results[i].policy) << ' '
           << std::max(results[i].fairness.gap, least_gap) << ' '
           << std::max(results[i].fairness.bound, least_gap) << '\n';
  script
      << "END\nset ylabel 'cost by weight'\nset logscale y\nset format y '%g'\nset boxwidth 0.5\n"
      << "set xrange [-0.6:" << static_cast<double>(results.size()) - 0.4 << "]\n"
      << "plot $data using 1:3:xtic(2) with boxes linecolor rgb '" << plot_colour(1)
      << "' title 'worst gap', $data using 1:4 with points pointtype 7 pointsize 1.2 linecolor rgb "
         "'"
      << plot_colour(2) << "' title 'its bound'";
  return svg_by_gnuplot("gaps", script.str());
}

} // namespace rota::bench
