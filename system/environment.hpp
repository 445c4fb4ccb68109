// What a command inherits of the environment of whoever starts it.
#pragma once
#include <string>
#include <vector>

namespace rota::executors {

/// Our own variables as "NAME=value", without TRACEPARENT and TRACESTATE: a command belongs to the trace
/// of its job or to none, never to the one that the daemon or the worker was started in.
[[nodiscard]] std::vector<std::string> inherited_variables();

} // namespace rota::executors
