#pragma once
#include "actors/runtime/figures.hpp"

#include <string>

namespace rota::daemon {

/// The live actors as JSON: how many of each kind, and how many messages wait for them. Queues aren't asked one by
/// one, nor is the foreman; theirs is null.
std::string format_actors(const actors::room_figures& figures);

} // namespace rota::daemon
