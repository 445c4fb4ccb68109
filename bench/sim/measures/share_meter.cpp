#include "bench/sim/measures/share_meter.hpp"

#include <algorithm>

namespace rota::bench {
namespace {

/// Tenants that were due fewer turns are left out: within one or two turns, each gets all or
/// nothing.
constexpr double turns_due_min = 10;

} // namespace

share_meter::share_meter(std::vector<double> weights) {
  for (const double weight : weights)
    tenants_.push_back({weight, 0, 0, 0});
}

void share_meter::change(std::size_t tenant, std::int64_t by) {
  auto& account = tenants_[tenant];
  const bool waited = account.waiting > 0;
  account.waiting += by;
  const bool waits = account.waiting > 0;
  if (waits == waited)
    return;
  waiting_ += waits ? 1 : -1;
}

void share_meter::turn(std::size_t tenant, double cost) {
  if (waiting_ < 2)
    return;
  ++turns_;
  dispatched_cost_ += cost;
  tenants_[tenant].received += cost;
  double weights = 0;
  for (const auto& account : tenants_)
    weights += account.waiting > 0 ? account.weight : 0;
  for (auto& account : tenants_)
    if (account.waiting > 0)
      account.due += cost * account.weight / weights;
}

double share_meter::share(std::size_t tenant) const {
  return dispatched_cost_ > 0 ? tenants_[tenant].received / dispatched_cost_ : 0;
}

double share_meter::jain() const {
  const double least =
      turns_due_min * dispatched_cost_ / static_cast<double>(std::max<std::size_t>(turns_, 1));
  double sum = 0;
  double squares = 0;
  std::size_t count = 0;
  for (const auto& account : tenants_) {
    if (turns_ == 0 || account.due < least)
      continue;
    const double x = account.received / account.due;
    sum += x;
    squares += x * x;
    ++count;
  }
  return squares > 0 ? sum * sum / (static_cast<double>(count) * squares) : 1;
}

} // namespace rota::bench
