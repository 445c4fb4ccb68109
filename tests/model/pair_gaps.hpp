// The differences between what tenants got, over all pairs, and their bounds.
#pragma once
#include "engine/fair_share/fairness_gap.hpp"

#include <cstddef>
#include <vector>

namespace rota::model {

/// For each pair of tenants f and g: the difference of cost by weight, W_f/w_f - W_g/w_g, over
/// every run of dispatches at each of which both are compared. The gap is the largest difference
/// between two times of a run; its bound is C_f/w_f + C_g/w_g, where C is the largest cost allowed.
/// O(tenants) per dispatch, O(tenants^2) memory.
class pair_gaps {
public:
  /// One weight per tenant; tenants are numbered from 0. A cost of 1 is always allowed.
  explicit pair_gaps(std::vector<double> weights);

  /// Whether the tenant is compared from the next dispatch on. A change ends or starts its runs.
  void set_compared(std::size_t tenant, bool compared);
  /// Records a dispatch of `cost` to a tenant.
  void dispatched(std::size_t tenant, double cost);
  /// Raises the tenant's largest cost in the bound to at least this one.
  void allow(std::size_t tenant, double cost);
  /// Ends the tenant's runs and discards what was measured with the old weight.
  void set_weight(std::size_t tenant, double weight);

  /// The pair with the largest ratio by the current bounds.
  [[nodiscard]] engine::fairness_gap worst() const;
  /// The largest ratio after any dispatch, by the bounds at that time.
  [[nodiscard]] const engine::fairness_gap& worst_at_its_time() const { return worst_then_; }
  /// The worst among the pairs of this tenant, which are the only ones that a dispatch to it can
  /// make worse. O(tenants).
  [[nodiscard]] engine::fairness_gap worst_of(std::size_t tenant) const;

private:
  /// W_a/w_a - W_b/w_b (a < b) over the current run, with its minimum and maximum.
  struct pair_state {
    double difference = 0;
    double least = 0;
    double largest = 0;
    double gap = 0; ///< The largest of all runs so far.
  };

  [[nodiscard]] std::size_t at(std::size_t one, std::size_t other) const;
  [[nodiscard]] double bound_of(std::size_t one, std::size_t other) const;
  void end_runs(std::size_t tenant, bool forget);
  /// Replaces `worst` if the pair's gap is worse.
  void keep_worse(std::size_t one, std::size_t other, engine::fairness_gap& worst) const;

  std::vector<double> weights_;
  std::vector<double> largest_cost_;
  std::vector<char> compared_;
  std::vector<pair_state> pairs_;
  engine::fairness_gap worst_then_;
};

} // namespace rota::model
