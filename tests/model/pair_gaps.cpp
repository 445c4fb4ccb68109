#include "tests/model/pair_gaps.hpp"

#include <algorithm>
#include <utility>

namespace rota::model {

pair_gaps::pair_gaps(std::vector<double> weights)
    : weights_(std::move(weights)),
      largest_cost_(weights_.size(), 1),
      compared_(weights_.size()),
      pairs_(weights_.size() * weights_.size()) {}

std::size_t pair_gaps::at(std::size_t one, std::size_t other) const {
  return std::min(one, other) * weights_.size() + std::max(one, other);
}

double pair_gaps::bound_of(std::size_t one, std::size_t other) const {
  return largest_cost_[one] / weights_[one] + largest_cost_[other] / weights_[other];
}

void pair_gaps::end_runs(std::size_t tenant, bool forget) {
  for (std::size_t other = 0; other < weights_.size(); ++other) {
    if (other == tenant)
      continue;
    auto& pair = pairs_[at(tenant, other)];
    pair = {0, 0, 0, forget ? 0 : pair.gap};
  }
}

void pair_gaps::set_compared(std::size_t tenant, bool compared) {
  if (compared == (compared_[tenant] != 0))
    return;
  compared_[tenant] = compared ? 1 : 0;
  end_runs(tenant, false);
}

void pair_gaps::set_weight(std::size_t tenant, double weight) {
  if (weights_[tenant] == weight)
    return;
  weights_[tenant] = weight;
  end_runs(tenant, true);
}

void pair_gaps::allow(std::size_t tenant, double cost) {
  largest_cost_[tenant] = std::max(largest_cost_[tenant], cost);
}

void pair_gaps::dispatched(std::size_t tenant, double cost) {
  allow(tenant, cost);
  if (compared_[tenant] == 0)
    return;
  for (std::size_t other = 0; other < weights_.size(); ++other) {
    if (other == tenant || compared_[other] == 0)
      continue;
    auto& pair = pairs_[at(tenant, other)];
    pair.difference += (tenant < other ? cost : -cost) / weights_[tenant];
    pair.least = std::min(pair.least, pair.difference);
    pair.largest = std::max(pair.largest, pair.difference);
    const double gap = pair.largest - pair.least;
    pair.gap = std::max(pair.gap, gap);
    const double bound = bound_of(tenant, other);
    if (gap / bound > worst_then_.ratio)
      worst_then_ = {gap, bound, gap / bound};
  }
}

void pair_gaps::keep_worse(std::size_t one, std::size_t other, engine::fairness_gap& worst) const {
  const double gap = pairs_[at(one, other)].gap;
  const double bound = bound_of(one, other);
  if (gap > 0 && gap / bound > worst.ratio)
    worst = {gap, bound, gap / bound};
}

engine::fairness_gap pair_gaps::worst() const {
  engine::fairness_gap worst;
  for (std::size_t one = 0; one < weights_.size(); ++one) {
    for (std::size_t other = one + 1; other < weights_.size(); ++other)
      keep_worse(one, other, worst);
  }
  return worst;
}

engine::fairness_gap pair_gaps::worst_of(std::size_t tenant) const {
  engine::fairness_gap worst;
  for (std::size_t other = 0; other < weights_.size(); ++other) {
    if (other != tenant)
      keep_worse(tenant, other, worst);
  }
  return worst;
}

} // namespace rota::model
