// The error type of system calls.
#pragma once
#include <boost/system/result.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace rota::system {

/// The text of an errno, such as "No such file or directory".
[[nodiscard]] std::string reason_of(int number);

/// Whether the error is a temporary lack of resources, so that the same call may succeed later.
[[nodiscard]] bool is_temporary(int number);

struct call_error {
  call_error() = default;
  call_error(std::string what_failed, int error) : what(std::move(what_failed)), number(error) {}

  std::string what; ///< What failed, and on what: "cannot open /etc/rota.conf".
  int number = 0;   ///< The errno; 0 if `what` is complete.

  /// `what`, followed by the text of the errno.
  [[nodiscard]] std::string text() const;
};

template <class T>
using result = boost::system::result<T, call_error>;

/// The returned value, or `other` on error.
template <class T>
[[nodiscard]] T value_or(result<T> returned, std::type_identity_t<T> other) {
  return returned ? std::move(*returned) : std::move(other);
}

} // namespace rota::system
