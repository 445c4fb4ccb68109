// A request of the wire as a command of the engine.
#pragma once
#include "actors/directory/settings_board.hpp"
#include "wire/commands.hpp"
#include "wire/requests_method.hpp"
#include "wire/rpc.hpp"

#include <variant>

namespace rota::daemon {

/// What server.info answers without asking anybody.
struct info_wanted {};

/// What is left to do with a request: hand the command to the session, answer it here, or refuse it.
using translated = std::variant<actors::command, info_wanted, protocol::rpc_failure>;

/// The two clocks that a push needs: "not before" is wall time, the engine has an axis of its own.
struct moment {
  engine::time_point now{};
  std::int64_t wall_us = 0;
};

/// Decodes the params of a method. `board` knows how the types batch their jobs.
translated translate(protocol::method method, json_value params,
                     const actors::settings_board& board, moment at);

} // namespace rota::daemon
