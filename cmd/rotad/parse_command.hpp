// Converts requests from connections, the console and the HTTP port to commands.
#pragma once
#include "actors/commands.hpp"
#include "actors/runtime/engine_runtime.hpp"
#include "cmd/rotad/options.hpp"
#include "json/slice.hpp"
#include "wire/answers.hpp"
#include "wire/methods.hpp"

#include <variant>

namespace rota::daemon {

struct daemon_state {
  const actors::engine_runtime* runtime = nullptr; ///< Null while the storage is down.
  bool stopping = false;
};

/// Either an immediate answer or a command for a session.
using command_or_answer = std::variant<wire::answer, actors::command>;
command_or_answer parse_command(const wire::method& method, json_value params,
                                const daemon_state& state, const options& settings);

/// The answer to requests that are open when the storage fails.
wire::answer storage_failed_answer();

} // namespace rota::daemon
