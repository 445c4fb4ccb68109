#include "bench/common/measure.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rota::bench {

double median(std::vector<double> values) {
  if (values.empty())
    return 0;
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double spread(const std::vector<double>& values) {
  const double middle = median(values);
  if (middle == 0)
    return 0;
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  return (*greatest - *least) / middle;
}

double sample_set::percentile(double share) const {
  if (values_.empty())
    return 0;
  auto values = values_;
  const auto count = static_cast<double>(values.size());
  const auto rank = static_cast<std::size_t>(std::clamp(std::ceil(share * count), 1.0, count));
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

fairness_meter::fairness_meter(std::vector<double> weights, double usual_cost)
    : weights_(std::move(weights)),
      largest_cost_(weights_.size(), usual_cost),
      waiting_(weights_.size()),
      pairs_(weights_.size() * weights_.size()) {}

fairness_meter::pair_state& fairness_meter::pair(std::size_t one, std::size_t other) {
  return pairs_[std::min(one, other) * weights_.size() + std::max(one, other)];
}

void fairness_meter::set_waiting(std::size_t tenant, bool waiting) {
  if (waiting == (waiting_[tenant] != 0))
    return;
  waiting_[tenant] = waiting ? 1 : 0;
  for (std::size_t other = 0; other < weights_.size(); ++other) {
    if (other != tenant) {
      auto& state = pair(tenant, other);
      state.difference = state.least = state.largest = 0;
    }
  }
}

void fairness_meter::allow(std::size_t tenant, double cost) {
  largest_cost_[tenant] = std::max(largest_cost_[tenant], cost);
}

void fairness_meter::dispatched(std::size_t tenant, double cost) {
  allow(tenant, cost);
  if (waiting_[tenant] == 0)
    return;
  for (std::size_t other = 0; other < weights_.size(); ++other) {
    if (other == tenant || waiting_[other] == 0)
      continue;
    auto& state = pair(tenant, other);
    state.difference += (tenant < other ? cost : -cost) / weights_[tenant];
    state.gap =
        std::max({state.gap, state.difference - state.least, state.largest - state.difference});
    state.least = std::min(state.least, state.difference);
    state.largest = std::max(state.largest, state.difference);
  }
}

void fairness_meter::note_worse(std::size_t one, std::size_t other, fairness_reading& worst) const {
  const double gap = pairs_[std::min(one, other) * weights_.size() + std::max(one, other)].gap;
  const double bound = largest_cost_[one] / weights_[one] + largest_cost_[other] / weights_[other];
  if (gap > 0 && bound > 0 && gap / bound > worst.ratio)
    worst = {gap, bound, gap / bound};
}

fairness_reading fairness_meter::worst() const {
  fairness_reading worst;
  for (std::size_t one = 0; one < weights_.size(); ++one) {
    for (std::size_t other = one + 1; other < weights_.size(); ++other)
      note_worse(one, other, worst);
  }
  return worst;
}

fairness_reading fairness_meter::worst_of(std::size_t tenant) const {
  fairness_reading worst;
  for (std::size_t other = 0; other < weights_.size(); ++other) {
    if (other != tenant)
      note_worse(tenant, other, worst);
  }
  return worst;
}

} // namespace rota::bench
