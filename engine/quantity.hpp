// Costs, weights and slots: decimal numbers on the wire, exact fixed-point values here.
#pragma once
#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>

namespace rota::engine {

/// A decimal in millionths. Sums are exact, so rounding never makes fairness drift.
struct micro {
  std::int64_t value = 0;

  static constexpr std::int64_t scale = 1'000'000;
  static constexpr micro of(std::int64_t whole) { return {whole * scale}; }

  constexpr double as_double() const {
    return static_cast<double>(value) / static_cast<double>(scale);
  }
  auto operator<=>(const micro&) const = default;
  constexpr micro& operator+=(micro other) {
    value += other.value;
    return *this;
  }
  constexpr micro& operator-=(micro other) {
    value -= other.value;
    return *this;
  }
  friend constexpr micro operator+(micro a, micro b) { return {a.value + b.value}; }
  friend constexpr micro operator-(micro a, micro b) { return {a.value - b.value}; }
  friend constexpr micro operator*(micro a, std::int64_t n) { return {a.value * n}; }
};

/// The bounds of costs and weights.
inline constexpr micro least_quantity{micro::scale / 1000};
inline constexpr micro most_quantity = micro::of(1'000'000);

/// Rounds to millionths. Returns nothing unless least_quantity <= x <= most_quantity.
inline std::optional<micro> quantity_from(double x) {
  if (!(x >= least_quantity.as_double() && x <= most_quantity.as_double()))
    return std::nullopt;
  return micro{std::llround(x * static_cast<double>(micro::scale))};
}

} // namespace rota::engine
