// What a request comes to, whoever brought it: a connection or the console.
#pragma once
#include "actors/runtime/engine_room.hpp"
#include "cmd/rotad/format.hpp"
#include "cmd/rotad/options.hpp"
#include "json/slice.hpp"
#include "wire/requests_method.hpp"

#include <variant>

namespace rota::daemon {

struct daemon_state {
  const actors::engine_room* room = nullptr; ///< Null while the storage is down.
  bool stopping = false;
};

/// An answer at once, or the command for a session.
using request_meaning = std::variant<formatted, actors::command>;
request_meaning meaning_of(protocol::method method, json_value params, const daemon_state& state,
                           const options& settings);

/// The answer to server.info.
std::string info_of(const actors::engine_room& room, const options& settings);

/// The answer to what is under way when the storage fails.
formatted storage_is_down();

} // namespace rota::daemon
