// The exact fairness gap of any policy, promise B1 of docs/design.md: over all pairs of tenants and
// every run of decisions at each of which both could have had the turn.
#pragma once
#include "engine/fair_share/fairness_gap.hpp"
#include "tests/model/pair_gaps.hpp"
#include "tests/model/turn_model.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

namespace rota::model {

class fairness_watch {
public:
  /// The tenants and their weights, with the same indices.
  fairness_watch(const std::vector<std::string>& tenants, std::vector<double> weights);

  /// Records a decision among `offers` that gave `tenant` a turn of this cost. A turn that is paid
  /// for by a refund belongs to no run.
  void decided(const std::vector<possible_turn>& offers, const std::string& tenant,
               engine::micro cost, bool refund_pays = false);
  /// The tenant's turn had another cost, or took no jobs. Its runs end; the next ones start when it
  /// is served, because a refund may pay for turns before that.
  void corrected(const std::string& tenant, engine::micro cost);
  void set_weight(const std::string& tenant, double weight);
  /// The daemon was restarted: all runs end.
  void restarted();

  /// The tenant's index in the constructor's list.
  [[nodiscard]] std::size_t number_of(const std::string& tenant) const {
    return numbers_.at(tenant);
  }
  [[nodiscard]] bool knows(const std::string& tenant) const { return numbers_.contains(tenant); }
  /// Whether the last decision belongs to a run of the tenant.
  [[nodiscard]] bool compares(std::size_t tenant) const {
    return eligible_[tenant] != 0 && settled_[tenant] != 0;
  }
  /// Whether the tenant cannot have any refund left.
  [[nodiscard]] bool settled(std::size_t tenant) const { return settled_[tenant] != 0; }
  [[nodiscard]] bool eligible(std::size_t tenant) const { return eligible_[tenant] != 0; }

  [[nodiscard]] engine::fairness_gap worst() const { return gaps_.worst(); }
  [[nodiscard]] const engine::fairness_gap& worst_at_its_time() const {
    return gaps_.worst_at_its_time();
  }

private:
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<char> eligible_; ///< At the last decision.
  std::vector<char> settled_;  ///< Served since the last correction.
  pair_gaps gaps_;
};

} // namespace rota::model
