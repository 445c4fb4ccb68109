// An actor's clock message for its earliest deadline.
#pragma once
#include "actors/runtime/traced_actor.hpp"

namespace rota::actors {

/// CAF 0.17 cannot cancel a clock message, so stale ones are recognised by their numbers.
class deadline_timer {
public:
  /// The actor gets deadline_passed at that time, or earlier if it is set for an earlier time; it is
  /// to set the timer again then.
  template <class Handle, class State>
  void set(traced_actor<Handle, State>* self, engine::time_point at) {
    if (at >= set_for_)
      return;
    set_for_ = at;
    self->scheduled_send(Handle{self}, self->state.shared->clock.from(at),
                         deadline_passed{++number_});
  }
  /// Returns false for a stale message.
  [[nodiscard]] bool is_current(const deadline_passed& message) {
    if (message.number != number_)
      return false;
    set_for_ = engine::never;
    return true;
  }

private:
  std::uint64_t number_ = 0;
  engine::time_point set_for_ = engine::never;
};

} // namespace rota::actors
