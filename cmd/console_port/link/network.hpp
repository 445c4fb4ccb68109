// What rota-console-port and consoles share of CAF's network layer: the published actor's interface
// and the settings.
#pragma once
#include "cmd/console_port/link/tls_files.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <optional>
#include <string>

namespace rota::console {

/// CONSOLE: takes a method and its params as JSON text. Returns whether the request succeeded, and
/// the result or the error of docs/protocol.md as JSON text. Its methods are those of the wire and
/// of docs/operations/console.md.
using console_actor =
    caf::typed_actor<caf::replies_to<std::string, std::string>::with<bool, std::string>>;

/// Returns the settings of an actor system for consoles only. With `tls`, both sides must present a
/// certificate signed by the CA.
caf::actor_system_config network_config(const std::optional<tls_files>& tls);

} // namespace rota::console
