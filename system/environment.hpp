// Environment variables and arguments in the form that exec takes.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace rota::system {

/// The variables of this process as "NAME=value", without TRACEPARENT and TRACESTATE: a command
/// belongs to the trace of its job or to none, never to the one in which the daemon or worker was
/// started.
[[nodiscard]] std::vector<std::string> inherited_variables();

/// Appends "NAME=value" for each variable.
void append_variables(std::vector<std::string>& to,
                      const std::vector<std::pair<std::string, std::string>>& variables);

/// Sets one variable, given as "NAME=value", and replaces any previous value.
void put_variable(std::vector<std::string>& all, const std::string& variable);

/// The pointers that exec takes; valid as long as `texts` is.
[[nodiscard]] std::vector<char*> pointers_to(std::vector<std::string>& texts);

} // namespace rota::system
