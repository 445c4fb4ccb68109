#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace rota::bench {

/// The error of the system call that just failed, from errno, with `what` in its text.
inline std::system_error system_failure(const std::string& what) {
  return {errno, std::generic_category(), what};
}

} // namespace rota::bench
