// The attempts of one queue: the jobs and the deadline of each, and the next due event.
#pragma once
#include "engine/lane.hpp"
#include "engine/queue/job_store.hpp"
#include "engine/queue/queue_lanes.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rota::engine {

/// One attempt: the lease of a worker or the execution of a runner.
struct lease_entry : attempt_record {
  std::vector<slot> jobs; ///< In order; no_slot where a job has left.
  std::uint32_t live = 0; ///< Number of jobs that it still holds.
  std::uint32_t head = 0; ///< All jobs before this index have left.
  bool executed = false;  ///< By an executor: the queue never ends it by time.
  std::shared_ptr<const lane_traits> traits;

  /// The number of jobs taken.
  std::uint32_t size() const { return static_cast<std::uint32_t>(jobs.size()); }
  /// Calls `f(slot)` for each job that it still holds, in order.
  template <class F>
  void each_held(F&& f) const {
    for (const slot s : jobs) {
      if (s != no_slot)
        f(s);
    }
  }
};

/// Something that is due by time: a try exceeds its timeout, or a lease expires. Ordered by time.
enum class due_kind : std::uint8_t { timeout, expiry };
struct due_event {
  time_point at{};
  due_kind kind = due_kind::timeout;
  serial number; ///< The job's, or the attempt's.
  auto operator<=>(const due_event&) const = default;
};

class lease_table {
public:
  /// Returns null if the attempt is unknown. The pointer is valid until the attempt ends.
  const lease_entry* find(serial attempt) const;
  /// Returns the attempt, creating it without jobs if necessary.
  lease_entry& open(serial attempt, const attempt_record& terms, bool executed);
  /// Adds the job to the attempt and starts its timeout. Keeps the jobs in order; O(1) if they are
  /// added in order.
  void add_job(job_store& jobs, serial attempt, slot job, time_point timeout_at);
  /// Removes the job from its attempt. If it was the last one, the attempt ends; returns how long
  /// it ran.
  std::optional<duration> remove_job(job_store& jobs, slot job, time_point at);
  /// Sets the length and the deadline. Does nothing if the attempt is unknown.
  void extend(serial attempt, milliseconds lease, time_point deadline);
  /// Ends the `starting` state. Does nothing if the attempt is unknown.
  void started(serial attempt);
  /// Moves the deadline of every worker's lease to at least its full length from `now`.
  void renew(time_point now);

  /// The next due event; null if there is none.
  const due_event* next_due() const { return dues_.empty() ? nullptr : &*dues_.begin(); }

  const std::map<serial, lease_entry>& entries() const { return entries_; }

private:
  void set_deadline(serial attempt, lease_entry& entry, time_point deadline);

  std::map<serial, lease_entry> entries_;
  std::set<due_event> dues_;
};

} // namespace rota::engine
