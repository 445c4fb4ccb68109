#include "bench/sim/workload.hpp"

#include <algorithm>
#include <iterator>

namespace rota::bench {

double slots_of(const workload& work) {
  return work.settings.executors.at(simulated_pool).slots.value().as_double();
}

std::vector<double> weights_of(const workload& work) {
  std::vector<double> weights;
  std::transform(work.tenants.begin(), work.tenants.end(), std::back_inserter(weights),
                 [&](const std::string& name) {
                   const auto found = work.settings.tenants.find(name);
                   return found == work.settings.tenants.end() ? 1.0
                                                               : found->second.weight.as_double();
                 });
  return weights;
}

} // namespace rota::bench
