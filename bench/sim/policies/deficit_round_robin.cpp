// Deficit round robin (M. Shreedhar, G. Varghese: Efficient Fair Queueing Using Deficit Round
// Robin, SIGCOMM 1995). Tenants that could have a turn form a ring. The tenant at its front gets a
// quantum times its weight and is served as long as its deficit covers the cost of the next turn.
// The rest is kept for the next round, unless the tenant has nothing that could be served. The
// quantum is the largest cost seen so far, so that a tenant of weight 1 or more is served in each
// round.
#include "bench/sim/policies/policy.hpp"

#include <algorithm>
#include <list>
#include <set>
#include <string>

namespace rota::bench {
namespace {

class deficit_round_robin final : public policy {
public:
  std::size_t choose(const std::vector<possible_turn>& offers) override {
    add_new_tenants(offers);
    while (true) {
      auto& front = ring_.front();
      const auto offer = offer_of(front.tenant, offers);
      if (offer == offers.end()) {
        members_.erase(front.tenant);
        ring_.pop_front();
        continue;
      }
      if (!front.visited) {
        front.deficit += quantum_ * offer->weight;
        front.visited = true;
      }
      if (offer->cost.as_double() <= front.deficit)
        return static_cast<std::size_t>(offer - offers.begin());
      front.visited = false;
      ring_.splice(ring_.end(), ring_, ring_.begin());
    }
  }

  /// The tenant was chosen, so it is at the front.
  void served(const possible_turn& turn) override {
    ring_.front().deficit -= turn.cost.as_double();
  }

private:
  struct member {
    std::string tenant;
    double deficit = 0;
    bool visited = false; ///< Has received its quantum of this round.
  };
  using offer_iterator = std::vector<possible_turn>::const_iterator;

  static offer_iterator offer_of(const std::string& tenant,
                                 const std::vector<possible_turn>& offers) {
    const auto at = std::lower_bound(
        offers.begin(), offers.end(), tenant,
        [](const possible_turn& turn, const std::string& name) { return turn.tenant < name; });
    return at != offers.end() && at->tenant == tenant ? at : offers.end();
  }

  void add_new_tenants(const std::vector<possible_turn>& offers) {
    for (const auto& offer : offers) {
      quantum_ = std::max(quantum_, offer.cost.as_double());
      if (members_.insert(offer.tenant).second)
        ring_.push_back({offer.tenant, 0, false});
    }
  }

  std::list<member> ring_;
  std::set<std::string> members_; ///< The tenants in the ring.
  double quantum_ = 0;
};

} // namespace

std::unique_ptr<policy> make_deficit_round_robin() {
  return std::make_unique<deficit_round_robin>();
}

} // namespace rota::bench
