#pragma once
#include "actors/runtime/figures.hpp"

#include <string>

namespace rota::daemon {

/// Returns the live actors as JSON: the number of each kind and of the messages waiting for them.
/// Messages waiting for queues and for the foreman are not counted, so theirs is null.
std::string format_actors(const actors::room_figures& figures);

} // namespace rota::daemon
