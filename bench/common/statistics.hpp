#pragma once

#include <cstddef>
#include <vector>

namespace rota::bench {

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

} // namespace rota::bench
