// What a command can be refused for.
#pragma once
#include <boost/system/result.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rota::engine {

enum class errc : std::uint8_t {
  not_found = 1,   ///< No such job. Retry: never.
  wrong_state = 2, ///< The job's state doesn't allow it. Retry: after a change.
  lease_lost = 3,  ///< The attempt isn't the job's any more. Retry: never.
};

constexpr std::string_view to_text(errc e) {
  switch (e) {
  case errc::not_found: return "not_found";
  case errc::wrong_state: return "wrong_state";
  case errc::lease_lost: return "lease_lost";
  }
  return "unknown";
}

/// Reached only by reading a value that isn't there, which is a bug.
[[noreturn]] inline void throw_exception_from_error(errc e, const boost::source_location&) {
  throw std::logic_error(std::string{"no value: "}.append(to_text(e)));
}

template <class T>
using result = boost::system::result<T, errc>;

} // namespace rota::engine
