// Figures from many measurements: medians, percentiles, the fairness gap.
#pragma once
#include <chrono>
#include <cstddef>
#include <vector>

namespace rota::bench {

using steady_time = std::chrono::steady_clock::time_point;

[[nodiscard]] inline double seconds_since(steady_time begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}
[[nodiscard]] inline double ms_between(steady_time begin, steady_time end) {
  return std::chrono::duration<double, std::milli>(end - begin).count();
}
[[nodiscard]] inline double ms_since(steady_time begin) {
  return ms_between(begin, std::chrono::steady_clock::now());
}
[[nodiscard]] inline std::chrono::nanoseconds as_time(double seconds) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(seconds));
}

/// The middle of some measurements; of an even number the mean of the two. 0 without any.
[[nodiscard]] double median(std::vector<double> values);
/// (largest - smallest) / median: how far to trust a median. 0 without any.
[[nodiscard]] double spread(const std::vector<double>& values);

/// Collects measurements and tells their percentiles exactly (it keeps them all).
class sample_set {
public:
  void add(double value) { values_.push_back(value); }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  /// The smallest value that at least `share` (0 to 1) of the values don't exceed. 0 without any.
  [[nodiscard]] double percentile(double share) const;

private:
  std::vector<double> values_;
};

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
