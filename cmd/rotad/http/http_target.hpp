// Reads request targets.
#pragma once
#include "cmd/rotad/http/http_answer.hpp"

#include <optional>
#include <string_view>

namespace rota::daemon {

/// Reads a target such as "/a%20b?x=1&y=2". Returns nothing unless it is an absolute path with
/// well-formed escapes and without a decoded NUL.
std::optional<http_query> read_target(std::string_view target);

/// Whether a Host header names the loopback or is an address. A page of another site can make a
/// browser send any other name here (DNS rebinding), but not these.
bool is_own_host(std::string_view host);

} // namespace rota::daemon
