#include "bench/common/measure.hpp"
#include "bench/peers/report.hpp"

#include <algorithm>
#include <utility>

namespace rota::bench {

namespace {

constexpr double beanstalkd_batches_goal = 40;
constexpr double beanstalkd_single_goal = 2;
constexpr double redis_goal = 1;
constexpr double many_tenants_goal = 0.8;

constexpr rate_cell in_batches{1000, 8, 100};
constexpr rate_cell one_by_one{1000, 8, 1};

std::string cell_text(const rate_cell& cell) {
  std::string text = with_commas(cell.tenants) + " tenants, " + std::to_string(cell.connections) +
                     (cell.connections == 1 ? " connection, " : " connections, ");
  return text + (cell.batch == 1 ? "one at a time" : "batches of " + std::to_string(cell.batch));
}

goal_line ratio_goal(std::string measure, double goal, const rate_result* one,
                     const rate_result* other) {
  std::optional<verdict> found;
  if (const auto ratio =
          one != nullptr && other != nullptr ? cycle_ratio(*one, *other) : std::nullopt) {
    found = {decimal(ratio->median, 2) + " times, spread " + whole_percent(ratio->spread) + " (" +
                 with_commas(median(one->cycle)) + " against " + with_commas(median(other->cycle)) +
                 " jobs/s)",
             ratio->median >= goal};
  }
  return judged(std::move(measure), "at least " + decimal(goal, goal < 1 ? 1 : 0) + " times",
                std::move(found));
}

goal_line against(const peers_results& results, const std::string& system, const rate_cell& cell,
                  double goal) {
  return ratio_goal("rota against " + system + ", " + cell_text(cell), goal,
                    find_rate(results, "rota", cell), find_rate(results, system, cell));
}

goal_line many_tenants(const peers_results& results, const rate_cell& few) {
  auto many = few;
  many.tenants = 100000;
  return ratio_goal("rota with " + cell_text(many) + ", against 1,000", many_tenants_goal,
                    find_rate(results, "rota", many), find_rate(results, "rota", few));
}

} // namespace

const rate_result* find_rate(const peers_results& results, const std::string& system,
                             const rate_cell& cell) {
  for (const auto& result : results.rates) {
    if (result.system.name == system && result.cell == cell)
      return &result;
  }
  return nullptr;
}

std::optional<rate_ratio> cycle_ratio(const rate_result& one, const rate_result& other) {
  std::vector<double> ratios;
  const auto rounds = std::min(one.cycle.size(), other.cycle.size());
  for (std::size_t round = 0; round < rounds; ++round) {
    if (other.cycle[round] > 0)
      ratios.push_back(one.cycle[round] / other.cycle[round]);
  }
  if (ratios.empty())
    return std::nullopt;
  return rate_ratio{median(ratios), spread(ratios)};
}

std::vector<goal_line> judge(const peers_results& results) {
  return {
      against(results, "beanstalkd", in_batches, beanstalkd_batches_goal),
      against(results, "beanstalkd", one_by_one, beanstalkd_single_goal),
      against(results, "redis", in_batches, redis_goal),
      against(results, "redis", one_by_one, redis_goal),
      many_tenants(results, in_batches),
      many_tenants(results, one_by_one),
  };
}

} // namespace rota::bench
