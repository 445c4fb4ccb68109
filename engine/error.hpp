// The reasons for which a command can be refused.
#pragma once
#include <boost/system/result.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rota::engine {

enum class errc : std::uint8_t {
  not_found = 1,   ///< No such job. Retrying never helps.
  wrong_state = 2, ///< The job's state does not permit it. Retry after a change.
  lease_lost = 3,  ///< The attempt no longer holds the job. Retrying never helps.
};

constexpr std::string_view to_text(errc e) {
  switch (e) {
  case errc::not_found: return "not_found";
  case errc::wrong_state: return "wrong_state";
  case errc::lease_lost: return "lease_lost";
  }
  return "unknown";
}

/// Called only if a missing value is read, which is a bug.
[[noreturn]] inline void throw_exception_from_error(errc e, const boost::source_location&) {
  throw std::logic_error(std::string{"no value: "}.append(to_text(e)));
}

template <class T>
using result = boost::system::result<T, errc>;

} // namespace rota::engine
