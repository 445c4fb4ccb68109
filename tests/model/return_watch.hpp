// Promises B3 and B4 of docs/design.md: a tenant that was away has gained nothing by it, and does
// not have to wait for it either.
#pragma once
#include "engine/arbiter/arbiter.hpp"
#include "tests/model/turn_model.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rota::model {

/// The shares of a pool at one time.
struct pool_shares {
  std::vector<engine::tenant_share> tenants;
  engine::virtual_time time;
};

/// The tenants that the pool has tags for, by name.
[[nodiscard]] std::vector<engine::tenant_share> shares_of(const engine::arbiter& core,
                                                          const std::string& pool);

/// Follows one pool. Results describe a broken promise; nothing if it holds.
class return_watch {
public:
  /// The tenant's share is from before a restart, so it may owe without a turn since.
  void restored(const std::string& tenant) { tenants_[tenant].restored = true; }
  /// Called before the decisions of a step, with all live work and the shares. `one_clock`: see
  /// referee.hpp.
  void step(const std::vector<live_tenant>& live, const pool_shares& shares, bool one_clock = true);
  /// Records a decision among `offers` for `chosen`. B4: a tenant that came to work owing nothing
  /// is passed over by at most one turn of each other tenant, not counting turns paid for by
  /// refunds.
  [[nodiscard]] std::optional<std::string> decided(const std::vector<possible_turn>& offers,
                                                   const std::string& chosen,
                                                   const engine::grant& grant);
  /// The choice: after a step's only decision, no tenant that could have had the turn has a lesser
  /// tag than the chosen one had.
  [[nodiscard]] static std::optional<std::string>
  sooner(const std::vector<possible_turn>& offers, const std::string& chosen,
         const engine::grant& grant, const std::vector<engine::tenant_share>& shares);
  /// B3: after a step's only decision, no tenant that could have had the turn is behind the pool's
  /// time, except by a refund.
  [[nodiscard]] std::optional<std::string>
  left_behind(const std::vector<possible_turn>& offers, const std::string& chosen,
              const engine::grant& grant, const std::vector<engine::tenant_share>& shares) const;
  /// Whether the turn began before the pool's time, which only a refund permits.
  [[nodiscard]] static bool refund_pays(const engine::grant& grant, double weight);
  /// The tenant's turn had another cost, or took no jobs.
  void corrected(const std::string& tenant) { tenants_[tenant].refunded = true; }

  /// The number of tenants that came back owing nothing and were then passed over.
  [[nodiscard]] std::size_t passed_over() const { return passed_over_; }

private:
  struct tenant_state {
    bool live = false;
    bool restored = false;
    bool refunded = false;                  ///< May have a refund.
    bool returned = false;                  ///< Came back owing nothing, without a turn since.
    std::map<std::string, int> turns_since; ///< By other tenants.
  };
  std::map<std::string, tenant_state> tenants_;
  std::size_t passed_over_ = 0;
};

} // namespace rota::model
