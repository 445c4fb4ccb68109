// Schedules the audits of queues and arbiter: once a minute for those that changed, and at most a
// hundredth of one core's time for all together. A finding ends the daemon, like a failed
// assertion.
#pragma once
#include "engine/audit.hpp"
#include "engine/ensure.hpp"
#include "engine/time.hpp"
#include "system/thread_safety.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace rota::actors {

/// Number of completed audits, and their total time.
struct audit_figures {
  std::uint64_t audits = 0;
  engine::duration took{};
};

/// Reserves times for slices, one after the other. After a slice, the next one starts no earlier
/// than 99 times its duration later, and at least 5 ms later, which pays for the messages.
/// Thread-safe.
class audit_schedule {
public:
  /// Returns the next unreserved time, `now` or later.
  engine::time_point reserve(engine::time_point now) {
    const system::lock held{mutex_};
    const auto at = std::max(now, free_);
    free_ = at + least_pause;
    return at;
  }
  /// Records that a slice ran in its reserved time.
  void record(engine::duration took, bool complete) {
    const system::lock held{mutex_};
    free_ += std::max(took * 100 - least_pause, engine::duration{});
    sum_.took += took;
    sum_.audits += complete ? 1 : 0;
  }
  [[nodiscard]] audit_figures figures() const {
    const system::lock held{mutex_};
    return sum_;
  }

private:
  static constexpr engine::duration least_pause = std::chrono::milliseconds{5};

  mutable system::mutex mutex_;
  engine::time_point free_ ROTA_GUARDED_BY(mutex_){};
  audit_figures sum_ ROTA_GUARDED_BY(mutex_);
};

/// One actor's part of the schedule. The actor reports its changes, asks to be woken at due(), and
/// then calls run().
class self_audit {
public:
  /// Jobs, queues or attempts that a slice examines: well below a millisecond.
  static constexpr std::size_t slice = 200;

  /// `every` of zero: never.
  void changed(engine::time_point now, engine::duration every) {
    if (due_ == engine::never && every > engine::duration{})
      due_ = now + every;
    changed_again_ = true;
  }
  [[nodiscard]] engine::time_point due() const { return due_; }

  /// Runs the next slice if it is due. Calls `now()` before and after it.
  template <class Core, class Now>
  void run(audit_schedule& schedule, Core& core, engine::duration every, Now&& now,
           const std::string& whose) {
    const engine::time_point start = now();
    if (due_ == engine::never || start < due_)
      return;
    if (!reserved_) {
      due_ = schedule.reserve(start);
      reserved_ = true;
      changed_again_ = false;
      if (due_ > start)
        return;
    }
    const engine::audit_result found = core.audit_step(slice);
    schedule.record(now() - start, found.complete);
    if (found.finding)
      engine::broken(whose + ": " + *found.finding);
    finish_slice(schedule, start, every, found.complete);
  }

private:
  void finish_slice(audit_schedule& schedule, engine::time_point now, engine::duration every,
                    bool complete) {
    reserved_ = !complete;
    if (!complete)
      due_ = schedule.reserve(now);
    else
      due_ = changed_again_ ? now + every : engine::never;
  }

  engine::time_point due_ = engine::never;
  bool reserved_ = false;      ///< `due_` is the reserved time of a slice.
  bool changed_again_ = false; ///< Since the audit began.
};

} // namespace rota::actors
