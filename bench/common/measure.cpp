#include "bench/common/measure.hpp"

#include <algorithm>
#include <cmath>

namespace rota::bench {

double median(std::vector<double> values) {
  if (values.empty())
    return 0;
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double spread(const std::vector<double>& values) {
  const double middle = median(values);
  if (middle == 0)
    return 0;
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  return (*greatest - *least) / middle;
}

double sample_set::percentile(double share) const {
  if (values_.empty())
    return 0;
  auto values = values_;
  const auto count = static_cast<double>(values.size());
  const auto rank = static_cast<std::size_t>(std::clamp(std::ceil(share * count), 1.0, count));
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

} // namespace rota::bench
