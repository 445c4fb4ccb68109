// What the daemon publishes for consoles.
#pragma once
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <string>

namespace rota::console {

/// CONSOLE: takes a method and its params as JSON text, answers whether it was done and, as JSON
/// text, the result or the error of docs/protocol.md. Beside the wire's methods it knows those of
/// docs/operations/console.md.
using console_actor =
    caf::typed_actor<caf::replies_to<std::string, std::string>::with<bool, std::string>>;

} // namespace rota::console
