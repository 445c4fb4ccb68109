// First in, first out over all tenants: the least order key first, which is the time since when the
// job is ready unless priorities are used. Most job queues do this.
#include "bench/sim/policies/policy.hpp"

#include <algorithm>

namespace rota::bench {
namespace {

class first_in_first_out final : public policy {
public:
  std::size_t choose(const std::vector<possible_turn>& offers) override {
    const auto first =
        std::min_element(offers.begin(), offers.end(),
                         [](const auto& a, const auto& b) { return a.order < b.order; });
    return static_cast<std::size_t>(first - offers.begin());
  }
  void served(const possible_turn&) override {}
};

} // namespace

std::unique_ptr<policy> make_first_in_first_out() { return std::make_unique<first_in_first_out>(); }

} // namespace rota::bench
