#include "tests/model/fairness_watch.hpp"

#include <utility>

namespace rota::model {

fairness_watch::fairness_watch(const std::vector<std::string>& tenants, std::vector<double> weights)
    : eligible_(tenants.size()), settled_(tenants.size(), 1), gaps_(std::move(weights)) {
  for (std::size_t i = 0; i < tenants.size(); ++i)
    numbers_.emplace(tenants[i], i);
}

void fairness_watch::decided(const std::vector<possible_turn>& offers, const std::string& tenant,
                             engine::micro cost, bool refund_pays) {
  const auto chosen = numbers_.at(tenant);
  if (!refund_pays)
    settled_[chosen] = 1;
  eligible_.assign(eligible_.size(), 0);
  for (const auto& offer : offers)
    eligible_[numbers_.at(offer.tenant)] = 1;
  for (std::size_t i = 0; i < eligible_.size(); ++i)
    gaps_.set_compared(i, compares(i));
  gaps_.dispatched(chosen, cost.as_double());
}

void fairness_watch::corrected(const std::string& tenant, engine::micro cost) {
  const auto number = numbers_.at(tenant);
  settled_[number] = 0;
  gaps_.set_compared(number, false);
  gaps_.allow(number, cost.as_double());
}

void fairness_watch::set_weight(const std::string& tenant, double weight) {
  gaps_.set_weight(numbers_.at(tenant), weight);
}

void fairness_watch::restarted() {
  for (const auto& [tenant, number] : numbers_)
    corrected(tenant, {});
}

} // namespace rota::model
