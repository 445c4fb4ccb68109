#include "actors/arbiter/arbiter_actor.hpp"

#include "actors/arbiter/arbiter_shell.hpp"

#include <caf/actor_system.hpp>

namespace rota::actors {

arbiter_actor spawn_arbiter(caf::actor_system& system, room_ptr shared,
                            std::shared_ptr<engine::arbiter> core) {
  return system.spawn(arbiter_shell<engine::arbiter>::behave, std::move(shared), std::move(core));
}

} // namespace rota::actors
