// CONSOLE: the one actor that consoles can reach.
//
//   console --method, params--> CONSOLE --request--> rotad
//   console <--done?, text----- CONSOLE <--answer--- rotad
//
// It holds one promise for each open request and nothing else of a console: once the answer is
// there, nothing is left, whether the console still lives or not.
#pragma once
#include "cmd/console_port/link/interface.hpp"
#include "cmd/console_port/link/port_messages.hpp"

#include <caf/fwd.hpp>

#include <cstddef>
#include <functional>

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rota::console::port_message)

namespace rota::console {

/// Requests that one console may have open; what is beyond is refused.
inline constexpr std::size_t open_requests_of_one_max = 8;

/// What rotad answers isn't part of the interface that is published, and can't be sent over the
/// network.
using served_console_actor = console_actor::extend<caf::reacts_to<port_message>>;

/// `serve` is called on the actor's thread.
served_console_actor spawn_console(caf::actor_system& system, std::size_t params_bytes_max,
                                   std::function<void(port_message)> serve);

} // namespace rota::console
