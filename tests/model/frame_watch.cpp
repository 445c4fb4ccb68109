#include "tests/model/frame_watch.hpp"

#include <algorithm>
#include <utility>

namespace rota::model {

namespace {

void keep_worst(engine::fairness_gap& worst, const std::map<std::string, pair_gaps>& frames) {
  for (const auto& [name, gaps] : frames) {
    if (gaps.worst_at_its_time().ratio > worst.ratio)
      worst = gaps.worst_at_its_time();
  }
}

} // namespace

frame_watch::frame_watch(std::vector<double> weights)
    : weights_(std::move(weights)), largest_cost_(weights_.size(), 1) {}

void frame_watch::allow(std::size_t tenant, engine::micro cost) {
  largest_cost_[tenant] = std::max(largest_cost_[tenant], cost.as_double());
  for (auto* frames : {&types_, &classes_}) {
    for (auto& [name, gaps] : *frames)
      gaps.allow(tenant, cost.as_double());
  }
}

pair_gaps& frame_watch::frame(frames& of, const std::string& name) {
  const auto [found, is_new] = of.try_emplace(name, weights_);
  for (std::size_t i = 0; is_new && i < largest_cost_.size(); ++i)
    found->second.allow(i, largest_cost_[i]);
  return found->second;
}

void frame_watch::end_runs_of_others(pair_gaps& gaps, const members& of, std::size_t tenants) {
  for (std::size_t i = 0; i < tenants; ++i) {
    if (std::find(of.begin(), of.end(), i) == of.end())
      gaps.set_compared(i, false);
  }
}

void frame_watch::update_worst() {
  keep_worst(worst_of_types_, types_);
  keep_worst(worst_of_classes_, classes_);
}

void frame_watch::corrected(std::size_t tenant, engine::micro cost) {
  allow(tenant, cost);
  for (auto* frames : {&types_, &classes_}) {
    for (auto& [name, gaps] : *frames)
      gaps.set_compared(tenant, false);
  }
}

void frame_watch::set_weight(std::size_t tenant, double weight) {
  weights_[tenant] = weight;
  for (auto* frames : {&types_, &classes_}) {
    for (auto& [name, gaps] : *frames)
      gaps.set_weight(tenant, weight);
  }
}

} // namespace rota::model
