// Reports how many messages wait for an actor.
#pragma once
#include "actors/interfaces.hpp"

namespace rota::actors {

/// Answers for the running actor: only it may read its mailbox.
template <class Self>
void tell_load(Self self, const load_wanted& part) {
  self->send(part.asker, answer_to(part, {}, mailbox_load{self->mailbox().size()}));
}

} // namespace rota::actors
