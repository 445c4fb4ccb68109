#pragma once

#include <cstddef>
#include <vector>

namespace rota::bench {

/// How unevenly two tenants were served, at worst, and how much is allowed.
struct fairness_reading {
  double gap = 0;   ///< |W_f/w_f - W_g/w_g| of the pair whose ratio is the largest.
  double bound = 0; ///< C_f/w_f + C_g/w_g of that pair.
  double ratio = 0; ///< gap / bound; at most 1 with a fair scheduler.
};

/// Measures from outside how fair a run of dispatches was. For every pair of tenants it follows
/// the difference of dispatched cost by weight over every run of dispatches at each of which both
/// had work waiting, and keeps the largest. An observer who is late to see that a tenant waits
/// cuts runs short and so may see less than the true gap, never more. A dispatch costs O(tenants),
/// the memory is O(tenants^2).
class fairness_meter {
public:
  /// One weight for each tenant; tenants are numbered from 0. `usual_cost` stands for the cost of a
  /// tenant's jobs until one of them was dispatched.
  explicit fairness_meter(std::vector<double> weights, double usual_cost = 1);

  /// The tenant surely had work waiting before the next dispatch, or not surely.
  void set_waiting(std::size_t tenant, bool waiting);
  /// A dispatch of `cost` to a tenant.
  void dispatched(std::size_t tenant, double cost);
  /// The bound counts a cost of at least so much for the tenant.
  void allow(std::size_t tenant, double cost);

  [[nodiscard]] fairness_reading worst() const;
  /// Of the pairs of this tenant: the only ones that a dispatch to it can make worse. O(tenants).
  [[nodiscard]] fairness_reading worst_of(std::size_t tenant) const;

private:
  /// W_a/w_a - W_b/w_b (a < b) over the present run, with its least and largest value in it.
  struct pair_state {
    double difference = 0;
    double least = 0;
    double largest = 0;
    double gap = 0; ///< The largest over all runs so far.
  };

  pair_state& pair(std::size_t one, std::size_t other);
  /// Puts the pair's reading there if it is worse.
  void note_worse(std::size_t one, std::size_t other, fairness_reading& worst) const;

  std::vector<double> weights_;
  std::vector<double> largest_cost_;
  std::vector<char> waiting_;
  std::vector<pair_state> pairs_;
};

} // namespace rota::bench
