// How far what tenants got comes apart, over all pairs of them, and how far it may.
#pragma once
#include "engine/fair_share/fairness_gap.hpp"

#include <cstddef>
#include <vector>

namespace rota::model {

/// For every pair of tenants f and g the difference of cost by weight, W_f/w_f - W_g/w_g, over every run
/// of dispatches at each of which both are compared. The gap is the largest difference between two times
/// of a run, its bound C_f/w_f + C_g/w_g with C the largest cost allowed. A dispatch costs O(tenants), the
/// memory is O(tenants^2).
class pair_gaps {
public:
  /// One weight for each tenant; tenants are numbered from 0. A cost of 1 is always allowed.
  explicit pair_gaps(std::vector<double> weights);

  /// Whether the tenant is compared from the next dispatch on. A change ends or begins its runs.
  void set_compared(std::size_t tenant, bool compared);
  /// A dispatch of `cost` to a tenant.
  void dispatched(std::size_t tenant, double cost);
  /// The bound counts a cost of at least so much for the tenant.
  void allow(std::size_t tenant, double cost);
  /// Its runs end, and what was measured with the old weight is forgotten.
  void set_weight(std::size_t tenant, double weight);

  /// The pair with the largest ratio, by the bounds as they are now.
  [[nodiscard]] engine::fairness_gap worst() const;
  /// The largest ratio that a dispatch led to, by the bounds as they were then.
  [[nodiscard]] const engine::fairness_gap& worst_at_its_time() const { return worst_then_; }
  /// Of the pairs of this tenant: the only ones that a dispatch to it can make worse. O(tenants).
  [[nodiscard]] engine::fairness_gap worst_of(std::size_t tenant) const;

private:
  /// W_a/w_a - W_b/w_b (a < b) over the present run, with its least and largest value in it.
  struct pair_state {
    double difference = 0;
    double least = 0;
    double largest = 0;
    double gap = 0; ///< The largest over all runs so far.
  };

  [[nodiscard]] std::size_t at(std::size_t one, std::size_t other) const;
  [[nodiscard]] double bound_of(std::size_t one, std::size_t other) const;
  void end_runs(std::size_t tenant, bool forget);
  /// Puts the pair's gap there if it is worse.
  void note_worse(std::size_t one, std::size_t other, engine::fairness_gap& worst) const;

  std::vector<double> weights_;
  std::vector<double> largest_cost_;
  std::vector<char> compared_;
  std::vector<pair_state> pairs_;
  engine::fairness_gap worst_then_;
};

} // namespace rota::model
