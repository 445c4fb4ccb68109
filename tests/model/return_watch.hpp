// Promises B3 and B4 of docs/design.md: who was away has earned nothing by it, and is not made to wait for it either.
#pragma once
#include "engine/arbiter/arbiter.hpp"
#include "tests/model/turn_book.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rota::model {

/// How the shares of a pool stand.
struct pool_shares {
  std::vector<engine::tenant_share> tenants;
  engine::virtual_time time;
};

/// Follows one pool. Answers say how a promise was broken; nothing: it holds.
class return_watch {
public:
  /// The tenant's share is from before a restart, so that it owes though it had no turn since.
  void restored(const std::string& tenant) { sides_[tenant].restored = true; }
  /// Before the decisions of a step: who has live work, and the shares.
  /// `one_clock`: see referee.hpp.
  void step(const std::vector<live_tenant>& live, const pool_shares& shares, bool one_clock = true);
  /// A decision among `offers` for `chosen`. B4: who came to work owing nothing is passed over by at most one turn of
  /// each other tenant, but for turns that refunds pay for.
  [[nodiscard]] std::optional<std::string> decided(const std::vector<possible_turn>& offers,
                                                   const std::string& chosen,
                                                   const engine::grant& grant);
  /// The choice: after a step's only decision, nobody who could have had the turn has less than the chosen one had.
  [[nodiscard]] static std::optional<std::string>
  sooner(const std::vector<possible_turn>& offers, const std::string& chosen,
         const engine::grant& grant, const std::vector<engine::tenant_share>& shares);
  /// B3: after a step's only decision, nobody who could have had the turn is behind the pool's time, but by a refund.
  [[nodiscard]] std::optional<std::string>
  left_behind(const std::vector<possible_turn>& offers, const std::string& chosen,
              const engine::grant& grant, const std::vector<engine::tenant_share>& shares) const;
  /// Whether the turn began before the pool's time, which only a refund can pay for.
  [[nodiscard]] static bool refund_pays(const engine::grant& grant, double weight);
  /// The tenant's turn came to another cost, or to nothing.
  void corrected(const std::string& tenant) { sides_[tenant].refunded = true; }

  /// How many came back owing nothing, and were then passed over.
  [[nodiscard]] std::size_t passed_over() const { return passed_over_; }

private:
  struct side {
    bool live = false;
    bool restored = false;
    bool refunded = false; ///< A refund may stand.
    bool returned = false; ///< Came back owing nothing, and hasn't had a turn since.
    std::map<std::string, int> turns_since; ///< Of others.
  };
  std::map<std::string, side> sides_;
  std::size_t passed_over_ = 0;
};

} // namespace rota::model
