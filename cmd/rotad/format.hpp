// A reply of the engine as the result or the error of the wire.
#pragma once
#include "wire/commands.hpp"
#include "wire/rpc.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace rota::daemon {

/// JSON text of a result (of all figures: what they are shown as), or a failure.
using formatted = std::variant<std::string, protocol::rpc_failure>;

formatted format(const actors::reply& what, std::string_view durability);
/// The params of an event's notification.
std::string format_event(const actors::job_event& event);

} // namespace rota::daemon
