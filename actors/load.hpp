// How much waits for an actor.
#pragma once
#include "actors/interfaces.hpp"

namespace rota::actors {

/// The answer of the actor that runs: it alone may look into its mailbox.
template <class Self>
void tell_load(Self self, const load_wanted& part) {
  auto answer = answer_to<load_part>(part);
  answer.mailbox = self->mailbox().size();
  self->send(part.asker, std::move(answer));
}

} // namespace rota::actors
