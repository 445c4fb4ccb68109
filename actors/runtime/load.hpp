// How much waits for an actor.
#pragma once
#include "actors/interfaces.hpp"

namespace rota::actors {

/// The answer of the actor that runs: it alone may look into its mailbox.
template <class Self>
void tell_load(Self self, const load_wanted& part) {
  self->send(part.asker, answer_to(part, {}, mailbox_load{self->mailbox().size()}));
}

} // namespace rota::actors
