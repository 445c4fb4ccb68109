// What system calls return when they fail.
#pragma once
#include <boost/system/result.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace rota::system {

/// "No such file or directory" and so on.
[[nodiscard]] std::string reason_of(int number);

/// Whether the machine lacks something just now, so that the same call may succeed later.
[[nodiscard]] bool is_passing(int number);

struct call_error {
  call_error() = default;
  call_error(std::string what_failed, int error) : what(std::move(what_failed)), number(error) {}

  std::string what; ///< What can't be done, and to what: "cannot open /etc/rota.conf".
  int number = 0;   ///< The errno; 0 when `what` says it all.

  /// `what` with the reason.
  [[nodiscard]] std::string text() const;
};

template <class T>
using result = boost::system::result<T, call_error>;

/// What was returned, or `other` in place of an error.
template <class T>
[[nodiscard]] T value_or(result<T> returned, std::type_identity_t<T> other) {
  return returned ? std::move(*returned) : std::move(other);
}

} // namespace rota::system
