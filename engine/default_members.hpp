// The members of a default-constructed value, by their places in its list: rows omit members that
// equal these, and null resets a member to them.
#pragma once
#include "engine/members.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace rota::engine {

/// Maximum number of members in a list: they must fit a mask.
inline constexpr std::size_t members_max = 64;

/// The offsets of the members of a default-constructed T, by their places in the list.
template <class T>
class default_members : public flat_members<default_members<T>> {
public:
  default_members() { members(*this, value_); }
  default_members(const default_members&) = delete;
  default_members& operator=(const default_members&) = delete;

  template <class M, class Range = anything>
  void operator()(std::string_view, M& member, const rule<Range>& = {}) {
    at_.at(count_++) = &member;
  }

  std::size_t count() const { return count_; }
  const T& value() const { return value_; }
  /// M must be the type of the member at that place.
  template <class M>
  const M& at(std::size_t place) const {
    return *static_cast<const M*>(at_[place]);
  }

private:
  T value_{};
  std::array<const void*, members_max> at_{};
  std::size_t count_ = 0;
};

template <class T>
const default_members<T>& defaults_of() {
  static const default_members<T> all;
  return all;
}

} // namespace rota::engine
