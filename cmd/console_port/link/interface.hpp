// The interface that the daemon publishes for consoles.
#pragma once
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <string>

namespace rota::console {

/// CONSOLE: takes a method and its params as JSON text. Returns whether the request succeeded, and
/// the result or the error of docs/protocol.md as JSON text. Its methods are those of the wire and
/// of docs/operations/console.md.
using console_actor =
    caf::typed_actor<caf::replies_to<std::string, std::string>::with<bool, std::string>>;

} // namespace rota::console
