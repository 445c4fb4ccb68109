// Round robin by the time since a tenant's last turn. Tenants without a turn go first, the one with
// the oldest job before the others. Sourcegraph's executors choose queues like this. Ignores
// weights and costs.
#include "bench/sim/policies/policy.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>

namespace rota::bench {
namespace {

class least_recently_served final : public policy {
public:
  std::size_t choose(const std::vector<possible_turn>& offers) override {
    const auto rank = [this](const possible_turn& turn) {
      const auto last = turns_.find(turn.tenant);
      return std::tuple{last == turns_.end() ? 0 : last->second, turn.order};
    };
    const auto first =
        std::min_element(offers.begin(), offers.end(),
                         [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    return static_cast<std::size_t>(first - offers.begin());
  }
  void served(const possible_turn& turn) override { turns_[turn.tenant] = ++count_; }

private:
  std::map<std::string, std::uint64_t> turns_; ///< The number of each tenant's last turn.
  std::uint64_t count_ = 0;
};

} // namespace

std::unique_ptr<policy> make_least_recently_served() {
  return std::make_unique<least_recently_served>();
}

} // namespace rota::bench
