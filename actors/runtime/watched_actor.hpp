// Base of every actor of a runtime: a CAF actor with a state, whose messages are timed while slow
// ones are traced.
#pragma once
#include "actors/runtime/message_name.hpp"
#include "actors/runtime/room.hpp"

#include <caf/mailbox_element.hpp>
#include <caf/stateful_actor.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace rota::actors {

/// `State` has the runtime as `shared` and the actor's kind as `name`; subject() distinguishes
/// actors of one kind. Replaces CAF's profiler, without which Debian's CAF is built.
template <class Handle, class State>
class watched_actor : public caf::stateful_actor<State, typename Handle::base> {
  using plain_actor = caf::stateful_actor<State, typename Handle::base>;

public:
  using plain_actor::plain_actor;

  caf::invoke_message_result consume(caf::mailbox_element& message) override {
    const auto& room = this->state.shared;
    if (!room || !room->slow.tracing())
      return plain_actor::consume(message);
    return timed(message, room);
  }

private:
  std::string subject() const {
    if constexpr (requires { this->state.subject(); })
      return this->state.subject();
    else
      return {};
  }

  /// Holds the runtime by a shared pointer: the message may be the actor's last.
  caf::invoke_message_result timed(caf::mailbox_element& message, room_ptr room) {
    auto whose = subject();
    const auto begun = std::chrono::steady_clock::now();
    const auto result = plain_actor::consume(message);
    const auto took = std::chrono::steady_clock::now() - begun;
    if (room->slow.is_slow(took))
      room->slow.note({room->clock.at(this->clock().now()),
                       std::chrono::duration_cast<std::chrono::microseconds>(took), State::name,
                       std::move(whose), name_of(message.content()), this->mailbox().size()});
    return result;
  }
};

template <class Handle, class State>
using watched_pointer = watched_actor<Handle, State>*;

} // namespace rota::actors
