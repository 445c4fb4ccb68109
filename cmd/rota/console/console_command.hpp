// `rota console`: operates a daemon over CAF's network layer.
#pragma once
#include "cmd/rota/commands.hpp"

namespace rota::client {

void add_console_command(CLI::App& program, action& chosen);

} // namespace rota::client
