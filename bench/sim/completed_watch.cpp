#include "bench/sim/completed_watch.hpp"

#include <algorithm>
#include <utility>

namespace rota::bench {

completed_watch::completed_watch(std::vector<double> weights)
    : meter_(weights),
      count_(weights.size()),
      count_most_(weights.size()),
      cost_most_(weights.size()) {}

void completed_watch::took_off(std::size_t tenant, engine::serial attempt, engine::micro cost) {
  in_flight_.insert_or_assign(attempt, flight{tenant, cost.as_double()});
  count_most_[tenant] = std::max(count_most_[tenant], ++count_[tenant]);
  cost_most_[tenant] = std::max(cost_most_[tenant], cost.as_double());
  meter_.allow(tenant, static_cast<double>(1 + count_most_[tenant]) * cost_most_[tenant]);
}

void completed_watch::decided(const fairness_watch& runs, std::size_t tenant,
                              engine::serial attempt, engine::micro cost) {
  for (std::size_t i = 0; i < count_.size(); ++i)
    meter_.set_waiting(i, runs.compares(i));
  took_off(tenant, attempt, cost);
}

void completed_watch::corrected(engine::serial attempt, engine::micro cost) {
  const auto found = in_flight_.find(attempt);
  if (found == in_flight_.end())
    return;
  const auto tenant = found->second.tenant;
  meter_.set_waiting(tenant, false);
  if (cost > engine::micro{}) {
    found->second.cost = cost.as_double();
    return;
  }
  in_flight_.erase(found);
  --count_[tenant];
}

fairness_reading completed_watch::ended(engine::serial attempt) {
  const auto flown = in_flight_.extract(attempt);
  if (flown.empty())
    return {};
  const auto [tenant, cost] = flown.mapped();
  --count_[tenant];
  meter_.dispatched(tenant, cost);
  return meter_.worst_of(tenant);
}

} // namespace rota::bench
