// Converts a reply of the actors to an answer of the wire.
#pragma once
#include "actors/commands.hpp"
#include "wire/answers.hpp"

#include <string_view>

namespace rota::daemon {

/// Converts a reply; figures of the daemon are converted to those that clients are quoted_unless_plain.
wire::answer to_answer(actors::reply what, std::string_view durability);

} // namespace rota::daemon
