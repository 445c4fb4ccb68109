// The attempts of one queue: which jobs each holds, until when, and what is due next.
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
struct lease_entry {
  std::vector<slot> jobs; ///< In their order; no_slot where one has left.
  std::uint32_t live = 0; ///< Jobs that it still holds.
  std::uint32_t head = 0; ///< Nothing is left before this place.
  std::string worker;
  bool starting = false;
  bool executed = false; ///< By an executor: no time of ours ends it.
  milliseconds lease{};
  time_point taken{};
  time_point deadline{};
  std::shared_ptr<const lane_traits> traits;

  /// How many jobs it took.
  std::uint32_t size() const { return static_cast<std::uint32_t>(jobs.size()); }
};

/// Something that happens by time: a try runs too long, or a lease expires. The first goes first.
struct due_event {
  enum class kind : std::uint8_t { timeout, expiry };
  time_point at{};
  kind what = kind::timeout;
  serial number; ///< The job's, or the attempt's.
  auto operator<=>(const due_event&) const = default;
};

class lease_book {
public:
  /// Null when unknown. Pointers live until the entry ends.
  const lease_entry* find(serial attempt) const;
  /// A new attempt with no jobs yet, or the one that is there.
  lease_entry& open(serial attempt, const attempt_record& terms, bool executed);
  /// The job is the attempt's from now on; its timeout starts. Keeps the jobs in order, at no cost
  /// when they come in order.
  void hold(job_store& jobs, serial attempt, slot job, time_point timeout_at);
  /// The job leaves its attempt, which ends with its last job; then the answer is how long it ran.
  std::optional<duration> let_go(job_store& jobs, slot job, time_point at);
  void extend(serial attempt, milliseconds lease, time_point deadline);
  void started(serial attempt);
  /// Every lease of a worker ends at its time or a whole lease from `now`, whichever is later.
  void renew(time_point now);

  /// What is due next; null when nothing ever is.
  const due_event* next_due() const { return dues_.empty() ? nullptr : &*dues_.begin(); }

  const std::map<serial, lease_entry>& entries() const { return entries_; }

private:
  void set_deadline(serial attempt, lease_entry& entry, time_point deadline);

  std::map<serial, lease_entry> entries_;
  std::set<due_event> dues_;
};

} // namespace rota::engine
