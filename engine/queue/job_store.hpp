// A queue's jobs: compact cells in one slab, found by serial. Members that few jobs have are
// allocated beside the cell, on demand.
#pragma once
#include "engine/job.hpp"
#include "engine/lane.hpp"
#include "engine/queue/chunked_array.hpp"
#include "engine/queue/order_tree.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rota::engine {

/// The state of a job that was taken at least once. `never` means that a time is not set.
struct job_progress {
  job_counts counts;
  time_point started = never; ///< The current try, or the one that ended the job.
  time_point finished = never;
  time_point first_deferred = never;
  serial attempt;                ///< Of the current try; 0: none.
  time_point timeout_at = never; ///< When the current try exceeds its timeout.
  std::string worker;
  std::unique_ptr<failure> error;
  std::unique_ptr<std::string> result;
  std::unique_ptr<std::string> checkpoint;
  std::unique_ptr<engine::execution> execution;
  std::uint32_t place = 0; ///< Index in the attempt's list of jobs.
  std::uint32_t batch_limit = 0;
};

/// One job. A million of these may wait in memory, so every byte counts.
struct job_cell {
  // The trees and the index read these members, so they are adjacent.
  serial number;
  order_key order = 0;
  time_point ready_since{}; ///< Of a delayed job: when it is due.
  counted_links in_queue;   ///< In the order of ready jobs, or of delayed ones by due time.
  tree_links in_lane;
  tree_links in_state;    ///< Jobs of the same state, by serial.
  slot chain = no_slot;   ///< Next in its bucket of the index, or next free cell.
  std::uint32_t lane = 0; ///< Of a ready job.
  std::int16_t priority = 0;
  job_state state = job_state::ready;
  delay_reason delayed_by = delay_reason::none;
  bool dirty = false;  ///< Changed since it was last passed to a snapshot.
  bool stored = false; ///< Was passed to a snapshot before.
  bool cancel_requested = false;
  slot next_dirty = no_slot;
  std::uint32_t payload_size = 0;
  std::unique_ptr<char[]> payload; ///< Null means the text "null".
  std::unique_ptr<job_options> options;
  std::unique_ptr<job_progress> progress;
  time_point created{};
};

/// A copy of the value, if there is one.
template <class T>
std::optional<T> copy_of(const std::unique_ptr<T>& value) {
  return value ? std::optional<T>{*value} : std::nullopt;
}

std::string_view payload_of(const job_cell& job);
micro cost_of(const job_cell& job);
/// The job's idempotency key; empty if it has none.
std::string_view key_of(const job_cell& job);
/// The trace that the job belongs to; null if there is none.
const trace_context* trace_of(const job_cell& job);

/// The job's progress, allocated on first use.
job_progress& progress_of(job_cell& job);
job_counts counts_of(const job_cell& job);

/// Replaces the batch mark in the cell.
void set_batch_mark(job_cell& job, batch_mark mark);

/// Sets the payload, priority and options of the cell; keeps its state and times.
void set_spec(job_cell& job, job_spec spec);
job_spec spec_of(const job_cell& job);

/// Fills a new cell from a record, except for the attempt; and the reverse.
void set_record(job_cell& job, job_record record);
job_record record_of(const job_cell& job);

/// The slab and its index. Cells never move. Except for cache misses, the cost of every call is
/// independent of the number of jobs.
class job_store {
public:
  job_cell& operator[](slot s) { return cells_[s]; }
  const job_cell& operator[](slot s) const { return cells_[s]; }

  std::size_t size() const { return live_; }
  /// The number of cells, used and free. All slots are below it.
  std::size_t cells() const { return cells_.size(); }

  /// Returns no_slot if the job is unknown. Expected O(1).
  slot find(serial number) const;
  /// Adds a cell for a number that must be unknown. O(1).
  slot add(serial number);
  /// Removes a job, which must not be in any tree. O(1).
  void remove(slot s);

private:
  std::size_t bucket_of(serial number) const;
  void split_bucket();

  chunked_array<job_cell, 1> cells_;
  chunked_array<slot, 2> buckets_; ///< Linear hashing: one more bucket per job.
  slot free_ = no_slot;
  std::size_t live_ = 0;
};

} // namespace rota::engine
