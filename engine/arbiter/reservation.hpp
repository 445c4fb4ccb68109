// The one reservation of a pool: slots that gather for work that long did not fit.
#pragma once
#include "engine/fair_share/fair_share.hpp"
#include "engine/time.hpp"

namespace rota::engine {

/// Stands from when the seat of the least F has been skipped for want of slots for long enough,
/// until that seat is granted a turn, empties or stops being live.
class reservation {
public:
  /// Of all that does not fit, `seat` has the least F.
  void skipped(share_seat& seat, time_point now, duration patience) {
    if (seat.skipped_since == never)
      seat.skipped_since = now;
    if (holder_ != nullptr)
      return;
    if (now - seat.skipped_since >= patience) {
      holder_ = &seat;
      due_ = never;
    } else {
      due_ = seat.skipped_since + patience;
    }
  }

  /// The seat was granted a turn or has no live work any more. True when it held the reservation.
  bool release(share_seat& seat) {
    seat.skipped_since = never;
    if (holder_ != &seat)
      return false;
    holder_ = nullptr;
    return true;
  }

  share_seat* holder() const { return holder_; }
  /// When the seat skipped last will have waited long enough; `never` if none waits.
  time_point due() const { return due_; }
  void forget_due() { due_ = never; }

private:
  share_seat* holder_ = nullptr;
  time_point due_ = never;
};

} // namespace rota::engine
