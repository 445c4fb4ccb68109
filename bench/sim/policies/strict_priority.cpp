// Strict priority of tenants: a greater weight always goes first; among equals, the least order
// key, so that the jobs' own priorities and ages decide. This is how classes of service without
// guaranteed shares work.
#include "bench/sim/policies/policy.hpp"

#include <algorithm>
#include <tuple>

namespace rota::bench {
namespace {

class strict_priority final : public policy {
public:
  std::size_t choose(const std::vector<possible_turn>& offers) override {
    const auto first =
        std::min_element(offers.begin(), offers.end(), [](const auto& a, const auto& b) {
          return std::tuple{-a.weight, a.order} < std::tuple{-b.weight, b.order};
        });
    return static_cast<std::size_t>(first - offers.begin());
  }
  void served(const possible_turn&) override {}
};

} // namespace

std::unique_ptr<policy> make_strict_priority() { return std::make_unique<strict_priority>(); }

} // namespace rota::bench
