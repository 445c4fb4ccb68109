// Which requests the log records: those that change how the daemon works, or many jobs at once.
#pragma once
#include "json/slice.hpp"
#include "wire/answers.hpp"
#include "wire/methods.hpp"

#include <string>
#include <string_view>

namespace rota::daemon {

/// Returns the params to record in the log as JSON text; empty if the request is not recorded.
std::string params_for_log(const wire::method& method, json_value params);

struct logged_change {
  std::string_view method;
  std::string_view params; ///< From params_for_log().
  std::string_view client; ///< Its address.
  std::string_view id;     ///< The request's id as received: JSON text, or empty.
};
void log_change(const logged_change& change, const wire::answer& answer);

} // namespace rota::daemon
