#include "bench/sim/workload.hpp"

#include <algorithm>
#include <iterator>

namespace rota::bench {

std::uint32_t name_numbers::number_of(const std::string& name, std::vector<std::string>& names) {
  const auto [found, is_new] = numbers_.emplace(name, static_cast<std::uint32_t>(names.size()));
  if (is_new)
    names.push_back(name);
  return found->second;
}

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
