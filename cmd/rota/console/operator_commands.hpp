// Commands that only the console has: they inspect and maintain the daemon.
#pragma once
#include "cmd/rota/commands.hpp"

namespace rota::client {

void add_operator_commands(CLI::App& program, action& chosen);

} // namespace rota::client
