#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace rota::bench {

/// The error of a system call that failed just now: ends the program with `what` and the reason.
inline std::system_error system_failure(const std::string& what) {
  return {errno, std::generic_category(), what};
}

} // namespace rota::bench
