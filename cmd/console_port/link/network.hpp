// The settings of CAF's network layer, shared by both sides.
#pragma once
#include "cmd/console_port/link/tls_files.hpp"

#include <caf/actor_system_config.hpp>

#include <optional>

namespace rota::console {

/// Returns the settings of an actor system for consoles only. With `tls`, both sides must present a
/// certificate signed by the CA.
caf::actor_system_config network_config(const std::optional<tls_files>& tls);

} // namespace rota::console
