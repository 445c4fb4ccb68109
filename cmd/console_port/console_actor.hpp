// CONSOLE: the only actor that consoles can reach.
//
//   console --method, params--> CONSOLE --request--> rotad
//   console <--done?, text----- CONSOLE <--answer--- rotad
//
// It holds one promise per open request and no other state of a console. Nothing remains after the
// answer, whether or not the console is still there.
#pragma once
#include "cmd/console_port/link/interface.hpp"
#include "cmd/console_port/link/port_messages.hpp"

#include <caf/fwd.hpp>

#include <cstddef>
#include <functional>

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rota::console::port_message)

namespace rota::console {

/// Maximum number of open requests per console; further ones are refused.
inline constexpr std::size_t open_requests_of_one_max = 8;

/// Answers from rotad are not part of the published interface, so they cannot be sent over the
/// network.
using served_console_actor = console_actor::extend<caf::reacts_to<port_message>>;

/// `serve` is called on the actor's thread.
served_console_actor spawn_console(caf::actor_system& system, std::size_t params_bytes_max,
                                   std::function<void(port_message)> serve);

} // namespace rota::console
