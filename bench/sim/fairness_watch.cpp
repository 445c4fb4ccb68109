#include "bench/sim/fairness_watch.hpp"

#include <utility>

namespace rota::bench {

fairness_watch::fairness_watch(const std::vector<std::string>& tenants, std::vector<double> weights)
    : eligible_(tenants.size()),
      settled_(tenants.size(), 1),
      is_new_(tenants.size()),
      meter_(std::move(weights)) {
  for (std::size_t i = 0; i < tenants.size(); ++i)
    numbers_.emplace(tenants[i], i);
}

void fairness_watch::decided(const std::vector<possible_turn>& offers, const std::string& tenant,
                             engine::micro cost) {
  const auto chosen = numbers_.at(tenant);
  settled_[chosen] = 1;
  eligible_.assign(eligible_.size(), 0);
  for (const auto& offer : offers)
    eligible_[numbers_.at(offer.tenant)] = 1;
  for (std::size_t i = 0; i < eligible_.size(); ++i)
    meter_.set_waiting(i, compares(i));
  meter_.dispatched(chosen, cost.as_double());
  if (std::exchange(is_new_[chosen], 1) == 0)
    new_.push_back(chosen);
}

fairness_reading fairness_watch::worst_of_new() {
  fairness_reading worst;
  for (const auto tenant : std::exchange(new_, {})) {
    is_new_[tenant] = 0;
    if (const auto reading = meter_.worst_of(tenant); reading.ratio > worst.ratio)
      worst = reading;
  }
  return worst;
}

void fairness_watch::corrected(const std::string& tenant) {
  settled_[numbers_.at(tenant)] = 0;
  meter_.set_waiting(numbers_.at(tenant), false);
}

void fairness_watch::restarted() {
  for (const auto& [tenant, number] : numbers_)
    corrected(tenant);
}

} // namespace rota::bench
