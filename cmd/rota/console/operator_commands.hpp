// Commands that only the console has: they look at and after the daemon itself.
#pragma once
#include "cmd/rota/commands.hpp"

namespace rota::client {

void add_operator_commands(CLI::App& program, action& chosen);

} // namespace rota::client
