// Costs, weights and slots: decimal numbers of the wire as exact fixed-point values.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>

namespace rota::engine {

/// A non-negative decimal in millionths. Sums stay exact, so fairness never drifts by rounding.
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

/// Bounds of a cost and of a weight.
inline constexpr micro least_quantity{micro::scale / 1000};
inline constexpr micro most_quantity = micro::of(1'000'000);

/// Rounds to millionths; nothing unless least_quantity <= x <= most_quantity.
std::optional<micro> quantity_from(double x);

} // namespace rota::engine
