#pragma once

#include "bench/common/noise.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// Digits in the number of a tenant, wherever a bench writes one: t000000 to t999999.
constexpr std::size_t tenant_digits = 6;

/// The number that a text begins with, written so.
[[nodiscard]] std::uint32_t read_tenant(std::string_view text);

/// A text that is written once and in which only the numbers of tenants change, and noise.
class tenant_text {
public:
  tenant_text& append(std::string_view text);
  /// The number of a tenant; all zeros until it is set.
  tenant_text& append_tenant();
  /// As many characters of noise, other ones for each tenant that is set everywhere.
  tenant_text& append_noise(std::size_t size);
  /// Replaces the last character.
  void replace_last(char with) { text_.back() = with; }

  [[nodiscard]] std::size_t places() const { return places_.size(); }
  [[nodiscard]] std::string_view text() const { return text_; }

  void set(std::size_t place, std::uint32_t tenant);
  /// The text with the same tenant everywhere; valid until the next change, and
  /// followed by a zero.
  std::string_view for_tenant(std::uint32_t tenant);

private:
  std::string text_;
  struct noisy_part {
    std::size_t begin = 0;
    std::size_t size = 0;
  };
  std::vector<std::size_t> places_; // Where digits stand.
  std::vector<noisy_part> noisy_parts_;
  noise noise_;
};

} // namespace rota::bench
