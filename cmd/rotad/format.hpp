// A reply of the engine as an answer of the wire.
#pragma once
#include "actors/commands.hpp"
#include "wire/answers.hpp"

#include <string_view>

namespace rota::daemon {

/// Of all figures: what they are shown as.
wire::answer to_answer(actors::reply what, std::string_view durability);

} // namespace rota::daemon
