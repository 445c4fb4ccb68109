// Base of every actor of a runtime: a CAF actor with a state, whose slow messages are recorded while
// they are traced.
#pragma once
#include "actors/runtime/message_name.hpp"
#include "actors/runtime/shared_state.hpp"

#include <caf/mailbox_element.hpp>
#include <caf/stateful_actor.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace rota::actors {

/// `State` has the runtime as `shared` and the actor's kind as `name`; subject() distinguishes
/// actors of one kind. Replaces CAF's profiler, without which Debian's CAF is built.
template <class Handle, class State>
class traced_actor : public caf::stateful_actor<State, typename Handle::base> {
  using plain_actor = caf::stateful_actor<State, typename Handle::base>;

public:
  using plain_actor::plain_actor;

  caf::invoke_message_result consume(caf::mailbox_element& message) override {
    const auto& shared = this->state.shared;
    if (!shared || !shared->slow.tracing())
      return plain_actor::consume(message);
    return timed(message, shared);
  }

private:
  std::string subject() const {
    if constexpr (requires { this->state.subject(); })
      return this->state.subject();
    else
      return {};
  }

  /// Holds the runtime by a shared pointer: the message may be the actor's last.
  caf::invoke_message_result timed(caf::mailbox_element& message, shared_state_ptr shared) {
    auto of = subject();
    const auto start = std::chrono::steady_clock::now();
    const auto result = plain_actor::consume(message);
    const auto took = std::chrono::steady_clock::now() - start;
    if (shared->slow.is_slow(took))
      shared->slow.record({shared->clock.at(this->clock().now()),
                           std::chrono::duration_cast<std::chrono::microseconds>(took), State::name,
                           std::move(of), name_of(message.content()), this->mailbox().size()});
    return result;
  }
};

template <class Handle, class State>
using traced_pointer = traced_actor<Handle, State>*;

/// Returns the time on the engine's axis.
template <class Handle, class State>
engine::time_point now_of(traced_pointer<Handle, State> self) {
  return self->state.shared->clock.at(self->clock().now());
}

/// Answers with the number of messages that wait for the running actor: only it may read its
/// mailbox.
template <class Self>
void send_load(Self self, const load_wanted& part) {
  self->send(part.asker, answer_to(part, {}, mailbox_load{self->mailbox().size()}));
}

} // namespace rota::actors
