// Test values made from their lists of members: one with every member set, and random ones within
// their ranges. A new member is included automatically.
#pragma once
#include "engine/boxed.hpp"
#include "engine/ids.hpp"
#include "engine/members.hpp"
#include "engine/quantity.hpp"
#include "engine/virtual_time.hpp"

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::tests {

/// Each call returns 64 random bits.
using random_bits = std::function<std::uint64_t()>;

/// Fills members. Without random bits, every member gets a number of its own, so that no two are
/// equal; with them, values are random and optional members may be missing.
class sampler {
public:
  explicit sampler(random_bits next = {}) : next_(std::move(next)) {}

  template <class M, class Range = engine::anything>
  void operator()(std::string_view, M& member, const engine::rule<Range>& r = {}) {
    fill(member, r.range);
  }
  template <class M, class Range = engine::anything>
  void flat(M& inner, const engine::rule<Range>& r = {}) {
    fill(inner, r.range);
  }

  void fill(engine::may_be_absent auto& member, const auto& range) {
    member.reset();
    if (is_there())
      fill(member.emplace(), range);
  }
  template <class M>
  void fill(std::vector<M>& members, const auto& range) {
    members.resize(next_ ? next_() % 5 : 3);
    for (auto& member : members)
      fill(member, range);
  }
  void fill(engine::described auto& value, const auto&) {
    value = {};
    members(*this, value);
  }
  template <engine::worded M>
  void fill(M& value, const auto&) {
    const auto words = words_of(M{}).size();
    value = static_cast<M>(next_ ? next_() % words : words - 1);
  }
  /// Without random bits, the value differs from the default, whatever that is.
  void fill(bool& value, const auto&) { value = next_ ? next_() % 2 == 1 : !value; }
  template <std::integral M, class Range>
  void fill(M& value, const Range& range) {
    value = static_cast<M>(bits());
    if constexpr (std::same_as<Range, engine::integer_range>)
      value = static_cast<M>(within(range.least, range.most));
  }
  template <class Range>
  void fill(double& value, const Range& range) {
    value = static_cast<double>(bits() % 1'000'000 + 1) / 7;
    if constexpr (std::same_as<Range, engine::number_range>)
      value = std::clamp(value, range.least, range.most);
  }
  void fill(engine::micro& value, const auto&) { value = {within(1, engine::most_quantity.value)}; }
  void fill(engine::milliseconds& value, const auto&) {
    value = engine::milliseconds{within(1, engine::duration_max.count())};
  }
  void fill(engine::time_point& value, const auto&) {
    value = engine::from_us(static_cast<std::int64_t>(bits()));
  }
  void fill(engine::virtual_time& value, const auto&) {
    value.units = (static_cast<engine::wide>(static_cast<std::int64_t>(bits())) << 60) - 5;
  }
  void fill(engine::serial& value, const auto&) { value = {bits()}; }
  void fill(engine::queue_number& value, const auto&) {
    value = {static_cast<std::uint32_t>(bits())};
  }
  template <class Range>
  void fill(std::string& value, const Range&) {
    value = "text " + std::to_string(bits());
    if constexpr (std::same_as<Range, engine::traceparent_text>)
      value = "00-4bf92f3577b34da6a3ce929d0e0e47" + std::to_string(10 + bits() % 90) +
              "-00f067aa0ba902b7-01";
    if constexpr (std::same_as<Range, engine::json_text>)
      value = "{\"n\": " + std::to_string(bits()) + '}';
  }

private:
  bool is_there() { return !next_ || next_() % 2 == 1; }
  std::uint64_t bits() { return next_ ? next_() : 1'000 + ++count_; }
  std::int64_t within(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(most - least + 1));
  }

  random_bits next_;
  std::uint64_t count_ = 0;
};

/// A value with every member set, all to different values.
template <class T>
T full() {
  T value{};
  sampler all;
  all.fill(value, engine::anything{});
  return value;
}

/// A value with random members.
template <class T>
T any_of(const random_bits& next) {
  T value{};
  sampler random{next};
  random.fill(value, engine::anything{});
  return value;
}

} // namespace rota::tests
