// The report as an HTML page.
#include "bench/common/messages.hpp"
#include "bench/sim/html/page.hpp"
#include "bench/sim/html/plots.hpp"
#include "bench/sim/run_to_end.hpp"
#include "bench/sim/scenario.hpp"

#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace rota::bench {

namespace {

bool can_draw() {
  if (std::system("command -v gnuplot >/dev/null") == 0)
    return true;
  std::puts("SKIPPED: gnuplot isn't installed");
  return false;
}

std::vector<sim_result> small_results() {
  const auto work = workload_of(read_scenario(R"({"slots":2,"lasts_s":100,
      "types":[{"name":"t","runs":{"shape":"constant","value_s":3},
                "settings":{"batch":{"max_size":4}}}],
      "tenants":[{"name":"<b>","count":2,"arrivals":[
        {"type":"t","process":"bursts","jobs":5,"every_s":20}]}]})"),
                                1);
  std::vector<sim_result> results;
  for (const auto policy : {policy_kind::fair, policy_kind::fifo})
    results.push_back(run_to_end(work, {.seed = 1, .policy = policy}, "test"));
  return results;
}

} // namespace

TEST_CASE("plots take the colour of their text and axes from the page, whether light or dark") {
  if (!can_draw())
    return;
  const auto svg =
      svg_by_gnuplot("plot", "set xlabel 'x'\nplot [0:1] x with lines title 'line' lt 1");
  CHECK(svg.starts_with("<svg"));
  CHECK(svg.find("currentColor") != std::string::npos);
  CHECK(svg.find("black") == std::string::npos);
  CHECK(svg.find("rgb(  0,   0,   0)") == std::string::npos);
}

TEST_CASE("an error of gnuplot is reported") {
  if (!can_draw())
    return;
  CHECK_THROWS_WITH(svg_by_gnuplot("plot", "plot nothing"), Catch::Contains("nothing"));
}

TEST_CASE("a report is one page with the plots of each policy and needs nothing else") {
  if (!can_draw())
    return;
  const auto page = html_of(small_results(), "rota-sim --x '<'");
  CHECK(occurrences(page, "<svg") == 2 + 2 * 8);
  CHECK(occurrences(page, "<h2>Policy ") == 2);
  CHECK(occurrences(page, "src=") == 0);
  CHECK(occurrences(page, "href=\"http") == 0);
  CHECK(page.find("rota-sim --x '&lt;'") != std::string::npos);
  CHECK(page.find("<b>-1") == std::string::npos);
  CHECK(page.find("&lt;b&gt;-1") != std::string::npos);
}

} // namespace rota::bench
