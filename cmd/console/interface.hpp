// What the daemon publishes for consoles and how both sides speak over CAF's network.
#pragma once
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <cstddef>
#include <string>

namespace rota::console {

/// CONSOLE: takes a method and its params as JSON text, answers whether it was done and, as JSON
/// text, the result or the error of docs/protocol.md. Beside the wire's methods it knows those of
/// docs/operations/console.md.
using console_actor =
    caf::typed_actor<caf::replies_to<std::string, std::string>::with<bool, std::string>>;

/// Requests that one console may have open; what is beyond is refused.
inline constexpr std::size_t open_requests_max = 8;

} // namespace rota::console
