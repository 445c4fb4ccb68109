#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// Digits in the number of a tenant, wherever a bench writes one: t000000 to t999999.
constexpr std::size_t tenant_digits = 6;

/// A text that is written once and in which only the numbers of tenants change.
class tenant_text {
public:
  tenant_text& append(std::string_view text);
  /// The number of a tenant; all zeros until it is set.
  tenant_text& append_tenant();
  /// Replaces the last character.
  void replace_last(char with) { text_.back() = with; }

  [[nodiscard]] std::size_t places() const { return places_.size(); }
  [[nodiscard]] std::string_view text() const { return text_; }

  void set(std::size_t place, std::uint32_t tenant);
  /// The text with the same tenant everywhere; valid until the next change.
  std::string_view for_tenant(std::uint32_t tenant);

private:
  std::string text_;
  std::vector<std::size_t> places_; // Where digits stand.
};

} // namespace rota::bench
