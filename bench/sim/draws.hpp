// Seeded random numbers: the same draws in every run.
#pragma once
#include <cmath>
#include <cstdint>
#include <numbers>

namespace rota::bench {

/// SplitMix64 (Steele, Lea, Flood 2014): a stream of draws that depends on nothing but its seed.
class draws {
public:
  explicit draws(std::uint64_t seed) : state_(seed) {}
  /// A separate stream for one of many things, independent of the draws of the others.
  draws(std::uint64_t seed, std::uint64_t which)
      : state_(draws{seed}.bits() ^ draws{which}.bits()) {}

  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// A number in [0, 1).
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
  double uniform(double from, double to) { return from + (to - from) * uniform(); }
  bool happens(double probability) { return uniform() < probability; }
  /// A number in [0, n); n > 0.
  std::uint64_t below(std::uint64_t n) { return bits() % n; }
  double exponential(double mean) { return -mean * std::log1p(-uniform()); }
  double normal() {
    const double radius = std::sqrt(-2 * std::log1p(-uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

private:
  std::uint64_t state_;
};

} // namespace rota::bench
