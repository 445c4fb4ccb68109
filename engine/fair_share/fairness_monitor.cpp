#include "engine/fair_share/fairness_monitor.hpp"

#include <algorithm>

namespace rota::engine {

namespace {

/// Charges are rounded to units; the sum of two may deviate by this much from the exact quotient.
constexpr double rounding = 4.0;

double quotient(micro cost, micro weight) {
  std::int64_t carry = 0;
  return static_cast<double>(charge_of(cost, weight, carry).units);
}

} // namespace

std::size_t fairness_monitor::watch(const share_member& member) {
  std::size_t at = 0;
  std::size_t oldest = 0;
  for (; at < used_ && watched_[at].member != &member; ++at) {
    if (watched_[at].last < watched_[oldest].last)
      oldest = at;
  }
  if (at == used_) {
    if (used_ < watched_max)
      ++used_;
    else if (watched_[oldest].last + patience < decision_)
      at = oldest;
    else
      return watched_max;
    watched_[at] = watched{};
    watched_[at].member = &member;
  }
  watched_[at].last = decision_;
  return at;
}

void fairness_monitor::raise_largest(watched& w, micro cost) {
  if (cost <= w.largest)
    return;
  w.largest = cost;
  w.largest_gain = quotient(cost, w.member->weight);
}

void fairness_monitor::served(std::size_t at, micro cost) {
  watched& w = watched_[at];
  raise_largest(w, cost);
  if (w.run == 0)
    return;
  const virtual_time gain = charge_of(cost, w.member->weight, w.carry);
  for (std::size_t i = 0; i < used_; ++i) {
    if (i != at && watched_[i].run != 0)
      measure(at, i, gain);
  }
}

void fairness_monitor::measure(std::size_t one, std::size_t other, virtual_time gain) {
  const auto [first, second] = std::minmax(one, other);
  pair_run& pair = pairs_[first][second];
  const watched& a = watched_[first];
  const watched& b = watched_[second];
  const std::uint64_t run = std::max(a.run, b.run);
  if (pair.run != run)
    pair = pair_run{run, {}, {}, {}};
  pair.ahead = one == first ? pair.ahead + gain : pair.ahead - gain;
  pair.least = std::min(pair.least, pair.ahead);
  pair.most = std::max(pair.most, pair.ahead);
  const double gap = static_cast<double>((pair.most - pair.least).units);
  const double bound = a.largest_gain + b.largest_gain + rounding;
  if (gap / bound > worst_.ratio) {
    constexpr double unit = 1 << virtual_time::fraction_bits;
    worst_ = {gap / unit, bound / unit, gap / bound};
  }
}

void fairness_monitor::interrupt(const share_member& member, micro cost) {
  for (std::size_t i = 0; i < used_; ++i) {
    if (watched_[i].member == &member) {
      watched_[i].run = 0;
      watched_[i].settled = false;
      watched_[i].carry = 0;
      raise_largest(watched_[i], cost);
      watched_[i].largest_gain = quotient(watched_[i].largest, member.weight);
    }
  }
}

void fairness_monitor::forget(const share_member& member) {
  for (std::size_t i = 0; i < used_; ++i) {
    if (watched_[i].member != &member)
      continue;
    watched_[i] = watched_[--used_];
    watched_[used_] = watched{};
    for (std::size_t j = 0; j < watched_max; ++j) { // the pairs of both places start over
      pairs_[std::min(i, j)][std::max(i, j)] = pair_run{};
      pairs_[std::min(used_, j)][std::max(used_, j)] = pair_run{};
    }
    return;
  }
}

} // namespace rota::engine
