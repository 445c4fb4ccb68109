// The settings of CAF's network layer, the same on both sides.
#pragma once
#include "cmd/console_port/link/tls_files.hpp"

#include <caf/actor_system_config.hpp>

#include <optional>

namespace rota::console {

/// Of an actor system that only holds consoles. With `tls` both sides must show a certificate that
/// the CA signed.
caf::actor_system_config network_config(const std::optional<tls_files>& tls);

} // namespace rota::console
