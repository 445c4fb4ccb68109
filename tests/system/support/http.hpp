// The HTTP port, as a plain client sees it.
#pragma once
#include "tests/system/support/raw_connection.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace rota::tests {

struct http_reply {
  int status = 0;
  std::map<std::string, std::string> fields; ///< Names in small letters.
  std::string body;
};

/// Reads one answer, body by its length. Nothing when none came, or only a part.
std::optional<http_reply> read_reply(raw_connection& from, bool has_body = true);

/// GET on a connection of its own; throws when there is no answer.
http_reply http_get(const wire::endpoint& where, std::string_view target);

/// The text of a GET request; `fields` are further lines, each with its end.
std::string get_request(std::string_view target, std::string_view fields = "");

} // namespace rota::tests
