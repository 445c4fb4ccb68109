#include "tests/model/completed_watch.hpp"

#include <algorithm>

namespace rota::model {

completed_watch::completed_watch(std::vector<double> weights)
    : gaps_(weights),
      count_(weights.size()),
      count_most_(weights.size()),
      cost_most_(weights.size()) {}

void completed_watch::started(std::size_t tenant, engine::serial attempt, engine::micro cost) {
  in_flight_.insert_or_assign(attempt, started_attempt{tenant, cost.as_double()});
  count_most_[tenant] = std::max(count_most_[tenant], ++count_[tenant]);
  allow(tenant, cost);
}

void completed_watch::allow(std::size_t tenant, engine::micro cost) {
  cost_most_[tenant] = std::max(cost_most_[tenant], cost.as_double());
  gaps_.allow(tenant, static_cast<double>(1 + count_most_[tenant]) * cost_most_[tenant]);
}

void completed_watch::decided(const fairness_watch& runs, std::size_t tenant,
                              engine::serial attempt, engine::micro cost) {
  for (std::size_t i = 0; i < count_.size(); ++i)
    gaps_.set_compared(i, runs.compares(i));
  started(tenant, attempt, cost);
}

void completed_watch::corrected(engine::serial attempt, engine::micro cost) {
  const auto found = in_flight_.find(attempt);
  if (found == in_flight_.end())
    return;
  const auto tenant = found->second.tenant;
  gaps_.set_compared(tenant, false);
  if (cost > engine::micro{}) {
    found->second.cost = cost.as_double();
    allow(tenant, cost);
    return;
  }
  in_flight_.erase(found);
  --count_[tenant];
}

engine::fairness_gap completed_watch::ended(engine::serial attempt) {
  const auto ended = in_flight_.extract(attempt);
  if (ended.empty())
    return {};
  const auto [tenant, cost] = ended.mapped();
  --count_[tenant];
  gaps_.dispatched(tenant, cost);
  return gaps_.worst_of(tenant);
}

} // namespace rota::model
