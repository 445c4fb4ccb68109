// Which requests the log tells of: those that change how the daemon works, or many jobs at a time.
#pragma once
#include "cmd/rotad/format.hpp"
#include "json/slice.hpp"
#include "wire/requests_method.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rota::daemon {

/// What the log will show of the params: JSON text; empty: the request isn't told of.
std::string params_for_log(protocol::method method, json_value params);

struct logged_change {
  protocol::method method{};
  std::string_view params; ///< From params_for_log().
  std::string_view client; ///< Its address.
  std::string_view id;     ///< The request's, as it came: JSON text, or empty.
};
void log_change(const logged_change& change, const formatted& answer);

} // namespace rota::daemon
