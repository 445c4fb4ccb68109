// `rota console`: a daemon's operator, over CAF's network.
#pragma once
#include "cmd/rota/commands.hpp"

namespace rota::client {

void add_console_command(CLI::App& program, action& chosen);

} // namespace rota::client
