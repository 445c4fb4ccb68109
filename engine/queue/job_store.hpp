// Where a queue's jobs live: compact cells in one slab, found by serial. What few jobs have stands
// beside the cell, and only for these.
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

/// What has become of a job that was taken at least once. `never` stands for a time not set.
struct job_progress {
  job_counts counts;
  time_point started = never; ///< The try under way, or the one that ended the job.
  time_point finished = never;
  time_point first_deferred = never;
  serial attempt;                ///< Of the try under way; 0: none.
  time_point timeout_at = never; ///< When that try has run too long.
  std::string worker;
  std::unique_ptr<failure> error;
  std::unique_ptr<std::string> result;
  std::unique_ptr<std::string> checkpoint;
  std::unique_ptr<engine::execution> execution;
  std::uint32_t place = 0; ///< In the attempt's list of jobs.
  std::uint32_t batch_limit = 0;
};

/// One job. A million of these wait in memory, so every byte counts.
struct job_cell {
  // What the trees and the index look at stands together.
  serial number;
  order_key order = 0;
  time_point ready_since{}; ///< Of a delayed job: when it is due.
  counted_links in_queue;   ///< Ready jobs by order, or delayed ones by due time.
  tree_links in_lane;
  tree_links in_state;    ///< Jobs of one state by serial.
  slot chain = no_slot;   ///< Next in the same bucket of the index, or next free cell.
  std::uint32_t lane = 0; ///< Of a ready job.
  std::int16_t priority = 0;
  job_state state = job_state::ready;
  delay_reason delayed_by = delay_reason::none;
  bool dirty = false;  ///< Changed since it was last handed over to a snapshot.
  bool stored = false; ///< Was handed over once.
  bool cancel_requested = false;
  slot next_dirty = no_slot;
  std::uint32_t payload_size = 0;
  std::unique_ptr<char[]> payload; ///< Null: the text "null".
  std::unique_ptr<job_options> options;
  std::unique_ptr<job_progress> progress;
  time_point created{};
};

/// A copy of what stands behind a pointer.
template <class T>
std::optional<T> by_value(const std::unique_ptr<T>& value) {
  return value ? std::optional<T>{*value} : std::nullopt;
}

std::string_view payload_of(const job_cell& job);
micro cost_of(const job_cell& job);
/// The job's idempotency key; empty: none.
std::string_view key_of(const job_cell& job);
/// The trace that the job belongs to; null: none.
const trace_context* trace_of(const job_cell& job);

/// The progress of a job, made on first use.
job_progress& progress_of(job_cell& job);
job_counts counts_of(const job_cell& job);

/// Puts the mark into the cell, in place of the one that its spec had.
void set_batch_mark(job_cell& job, batch_mark mark);

/// Puts the spec into the cell: payload, priority, options. State and times stand.
void set_spec(job_cell& job, job_spec spec);
job_spec spec_of(const job_cell& job);

/// Puts a record into a fresh cell, without its attempt; and back.
void set_record(job_cell& job, job_record record);
job_record record_of(const job_cell& job);

/// The slab and its index. Cells never move; no call costs more at a million jobs than at ten,
/// but for cache misses.
class job_store {
public:
  job_cell& operator[](slot s) { return cells_[s]; }
  const job_cell& operator[](slot s) const { return cells_[s]; }

  std::size_t size() const { return live_; }
  /// Cells in use and free ones: slots are below.
  std::size_t cells() const { return cells_.size(); }

  /// no_slot when unknown. Expected O(1).
  slot find(serial number) const;
  /// A fresh cell under a number that must be unknown. O(1).
  slot add(serial number);
  /// Forgets a job; it must be in no tree any more. O(1).
  void remove(slot s);

private:
  std::size_t bucket_of(serial number) const;
  void split_bucket();

  chunked_array<job_cell, 1> cells_;
  chunked_array<slot, 2> buckets_; ///< Linear hashing: grows by one bucket a job.
  slot free_ = no_slot;
  std::size_t live_ = 0;
};

} // namespace rota::engine
