// The members of a default-constructed value, by their places in its list: what a row leaves out, and
// what null resets to.
#pragma once
#include "engine/members.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace rota::engine {

/// Most members that one list can have: they must fit a mask.
inline constexpr std::size_t members_max = 64;

/// Where the members of a default-constructed T are, by their places in the list.
template <class T>
class plain_members {
public:
  plain_members() { members(*this, value_); }
  plain_members(const plain_members&) = delete;
  plain_members& operator=(const plain_members&) = delete;

  template <class M, class Range = anything>
  void operator()(std::string_view, M& member, const rule<Range>& = {}) {
    at_.at(count_++) = &member;
  }
  template <class M, class Range = anything>
  void flat(M& inner, const rule<Range>& = {}) {
    if constexpr (described<M>)
      members(*this, inner);
    else
      (*this)({}, inner);
  }

  std::size_t count() const { return count_; }
  const T& value() const { return value_; }
  /// M is the type of the member at that place.
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
const plain_members<T>& plain() {
  static const plain_members<T> all;
  return all;
}

} // namespace rota::engine
