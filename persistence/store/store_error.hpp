#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>

namespace rota::persistence {

enum class store_errc : std::uint8_t {
  locked,          ///< another live process has the folder open
  unknown_version, ///< the folder was written by another version of the format
  corrupt,         ///< the files are inconsistent; nothing was changed
  io,              ///< the file system failed; the operation may or may not have taken effect
  no_space,        ///< the disk is full; the operation may or may not have taken effect
};

[[nodiscard]] const char* to_string(store_errc code) noexcept;

/// An error of the store. `message` is for the operator: what failed, where, and what to do.
struct store_error {
  store_errc code = store_errc::io;
  std::string message;
};

std::ostream& operator<<(std::ostream& out, const store_error& error);

template <typename T>
using store_result = boost::system::result<T, store_error>;

/// Success or an error.
using store_status = boost::system::result<void, store_error>;

/// Makes `store_result::value()` throw std::runtime_error with the message.
[[noreturn]] void throw_exception_from_error(const store_error& error,
                                             const boost::source_location& where);

} // namespace rota::persistence
