// Statistics of measurements: medians, percentiles, the fairness gap.
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

/// The median; of an even number of values, the mean of the middle two. 0 if there are none.
[[nodiscard]] double median(std::vector<double> values);
/// (largest - smallest) / median: how reliable a median is. 0 if there are no values.
[[nodiscard]] double spread(const std::vector<double>& values);

/// Collects measurements and computes exact percentiles. Keeps all values.
class sample_set {
public:
  void add(double value) { values_.push_back(value); }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  /// The smallest value that at least `share` (0 to 1) of the values do not exceed. 0 if there are
  /// none.
  [[nodiscard]] double percentile(double share) const;

private:
  std::vector<double> values_;
};

/// The worst unevenness between two tenants, and the bound for it.
struct fairness_reading {
  double gap = 0;   ///< |W_f/w_f - W_g/w_g| of the pair with the largest ratio.
  double bound = 0; ///< C_f/w_f + C_g/w_g of that pair.
  double ratio = 0; ///< gap / bound; at most 1 for a fair scheduler.
};

/// Measures the fairness of a run of dispatches from outside. For every pair of tenants it follows
/// the difference of dispatched cost by weight over every run of dispatches at each of which both
/// had work waiting, and keeps the largest. An observer that learns late that a tenant waits cuts
/// runs short, so the measured gap may be less than the true one, never more. A dispatch costs
/// O(tenants), memory is O(tenants^2).
class fairness_meter {
public:
  /// Takes one weight for each tenant; tenants are numbered from 0. `usual_cost` is assumed for a
  /// tenant's jobs until one of them is dispatched.
  explicit fairness_meter(std::vector<double> weights, double usual_cost = 1);

  /// Sets whether the tenant is certain to have work waiting before the next dispatch.
  void set_waiting(std::size_t tenant, bool waiting);
  /// Records a dispatch of `cost` to a tenant.
  void dispatched(std::size_t tenant, double cost);
  /// Raises the largest cost of the tenant, as used in the bound, to at least `cost`.
  void allow(std::size_t tenant, double cost);

  [[nodiscard]] fairness_reading worst() const;
  /// The worst pair with this tenant; a dispatch to it can make no other pair worse. O(tenants).
  [[nodiscard]] fairness_reading worst_of(std::size_t tenant) const;

private:
  /// W_a/w_a - W_b/w_b (a < b) over the current run, with its minimum and maximum in that run.
  struct pair_state {
    double difference = 0;
    double least = 0;
    double largest = 0;
    double gap = 0; ///< The largest over all runs so far.
  };

  pair_state& pair(std::size_t one, std::size_t other);
  /// Replaces `worst` with the pair's reading if that is worse.
  void note_worse(std::size_t one, std::size_t other, fairness_reading& worst) const;

  std::vector<double> weights_;
  std::vector<double> largest_cost_;
  std::vector<char> waiting_;
  std::vector<pair_state> pairs_;
};

} // namespace rota::bench
