// Statistics of measurements: medians and percentiles.
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

} // namespace rota::bench
