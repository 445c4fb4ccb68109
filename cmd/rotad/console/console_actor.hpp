// CONSOLE: the one actor that consoles can reach.
//
//   console --method, params--> CONSOLE --console_request--> io thread: console_desk
//   console <--done?, text----- CONSOLE <--console_answer--- console_desk
//
// It lives in an actor system of its own, so nothing that comes over the network can name an actor
// of the engine. It holds one promise for each open request and nothing else of a console: once the
// answer is there, nothing is left, whether the console still lives or not.
#pragma once
#include "cmd/console/interface.hpp"
#include "cmd/rotad/console/console_request.hpp"

#include <caf/fwd.hpp>

#include <cstddef>
#include <functional>

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rota::daemon::console_answer)

namespace rota::daemon {

/// Of all consoles together.
inline constexpr std::size_t console_requests_max = 64;

/// What the daemon tells it isn't part of the interface that is published, and can't be sent over
/// the network.
using served_console_actor = console::console_actor::extend<caf::reacts_to<console_answer>>;

/// `serve` is called on the actor's thread and must not block.
served_console_actor spawn_console(caf::actor_system& system, std::size_t params_bytes_max,
                                   std::function<void(console_request)> serve);

} // namespace rota::daemon
