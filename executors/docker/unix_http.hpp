// One HTTP request over a unix socket, with a deadline.
#pragma once
#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace rota::executors::docker {

using deadline = std::chrono::steady_clock::time_point;

enum class http_verb : std::uint8_t { get, post, remove };

struct http_request {
  http_verb verb = http_verb::get;
  std::string target;
  std::string body; ///< JSON; empty: none.
};

struct http_answer {
  unsigned status = 0;
  std::string server; ///< The header `Server`.
  std::string body;
};

/// Returns the answer, or why there is none: refused, broken, too long or too late. In these cases
/// it is unknown whether the request was carried out. Uses a new connection for each call.
/// Thread-safe.
[[nodiscard]] boost::system::result<http_answer, std::string>
http_call(const std::string& socket, const http_request& request, deadline until);

} // namespace rota::executors::docker
