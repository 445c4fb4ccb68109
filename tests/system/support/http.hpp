// A simple client of the HTTP port.
#pragma once
#include "tests/system/support/raw_connection.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace rota::tests {

struct http_reply {
  int status = 0;
  std::map<std::string, std::string> fields; ///< Names in lower case.
  std::string body;
};

/// Reads one response, with a body by Content-Length. Returns nothing if it is missing or
/// incomplete.
std::optional<http_reply> read_reply(raw_connection& from, bool has_body = true);

/// Sends GET on a new connection; throws if there is no response.
http_reply http_get(const wire::endpoint& where, std::string_view target);

/// The text of a GET request. `fields` are further header lines, each with its line end.
std::string get_request(std::string_view target, std::string_view fields = "");

} // namespace rota::tests
