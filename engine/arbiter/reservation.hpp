// The reservation of a pool: free slots are accumulated for work that has not fitted for a long
// time. A pool has at most one.
#pragma once
#include "engine/fair_share/fair_share.hpp"
#include "engine/time.hpp"

namespace rota::engine {

/// Made when the seat with the least F has been skipped for lack of slots for long enough; released
/// when that seat is granted a turn, becomes empty or stops being live.
class reservation {
public:
  /// Reports that `seat` has the least F among the seats that do not fit.
  void record_skip(share_seat& seat, time_point now, duration patience) {
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

  /// Reports that the seat was granted a turn or is no longer live. Returns whether it held the
  /// reservation.
  bool release(share_seat& seat) {
    seat.skipped_since = never;
    if (holder_ != &seat)
      return false;
    holder_ = nullptr;
    return true;
  }

  share_seat* holder() const { return holder_; }
  /// When the seat skipped last will have waited long enough; `never` if there is none.
  time_point due() const { return due_; }
  void clear_due() { due_ = never; }

private:
  share_seat* holder_ = nullptr;
  time_point due_ = never;
};

} // namespace rota::engine
