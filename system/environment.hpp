// Variables and words in the form in which a new program gets them.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace rota::system {

/// Our own variables as "NAME=value", without TRACEPARENT and TRACESTATE: a command belongs to the
/// trace of its job or to none, never to the one that the daemon or the worker was started in.
[[nodiscard]] std::vector<std::string> inherited_variables();

/// Appends "NAME=value" for each variable.
void append_variables(std::vector<std::string>& to,
                      const std::vector<std::pair<std::string, std::string>>& variables);

/// Sets the variable of a text "NAME=value" among others.
void put_variable(std::vector<std::string>& all, const std::string& variable);

/// The pointers that exec wants; valid as long as the texts are.
[[nodiscard]] std::vector<char*> pointers_to(std::vector<std::string>& texts);

} // namespace rota::system
