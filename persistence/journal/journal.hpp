#pragma once

#include "engine/position.hpp"
#include "engine/queue/histogram.hpp"
#include "persistence/history/history.hpp"
#include "persistence/journal/dirty_queues.hpp"
#include "persistence/journal/journal_extent.hpp"
#include "persistence/store/row.hpp"
#include "persistence/store/store.hpp"
#include "system/thread_safety.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rota::persistence {

// The journal orders all events, makes them durable in groups, and cuts what snapshots cover.
//
//   append(events) -> gathering group -> journal thread: store::commit -> durable(), on_durable
//   offer_rows(piece) -> once durable -> rows thread: store::write_rows -> on_rows_written
//        rows thread, journal too old or too long: on_snapshot_wanted -> the queue -> offer_rows
//        rows thread, enough to cut: store::cut_journal; drops history beyond its retention
//
// Rows have their own thread, so that no commit waits for a flush of rows or for RocksDB's write
// stall.

struct journal_options {
  /// The journal asks for snapshots when the part that cannot be cut is longer than this.
  std::uint64_t bytes_max = 64ULL << 20;
  /// It also asks for one when the oldest event that no snapshot covers is between half as old as
  /// this and as old as this.
  std::chrono::milliseconds snapshot_after{10'000};
  /// Maximum number of queues asked at a time.
  std::size_t snapshots_outstanding_max = 64;
  /// A group accepts no more events once it has this many bytes.
  std::size_t group_bytes_max = 4ULL << 20;
  /// Rows are written in slices of about this many bytes.
  std::size_t slice_bytes_max = 64ULL << 10;
  history_retention retention = {};
  /// Starts no threads; pump() does their work. For deterministic tests and simulations.
  bool inline_mode = false;
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  /// Wall time in microseconds since the epoch, for the age of history.
  std::function<std::int64_t()> wall_now_us = [] {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  };
};

/// Called on the journal's threads (in inline mode from pump() and stop()) without a lock held.
/// Callbacks may call append() and offer_rows(), but not stop(). Any of them may be empty.
struct journal_callbacks {
  /// All events up to `durable` are durable. Called once per commit, in order, on the journal
  /// thread.
  std::function<void(position durable)> on_durable = {};
  /// A write failed. Called once; nothing is written after it and durable() no longer advances, so
  /// the state in memory must be discarded. It is unknown whether events that were not durable will
  /// be found again. An on_durable() from just before may still be running on the other thread.
  std::function<void(const store_error&)> on_failed = {};
  /// The queue must offer its rows, last piece included, even if nothing has changed. Called again
  /// if the last piece does not arrive within snapshot_after.
  std::function<void(std::uint32_t queue)> on_snapshot_wanted = {};
  /// The rows of an offer are in the store and visible to its readers.
  std::function<void(std::uint32_t queue, std::uint64_t piece)> on_rows_written = {};
};

/// A piece of a queue's snapshot. Ended jobs are written first, then the changes in their order;
/// after a crash the store holds a prefix of that sequence. The queue's own position must therefore
/// be the last change of the last piece.
struct row_batch {
  std::uint32_t queue = 0;
  std::vector<row_change> changes = {};
  std::vector<history_block> ended = {};
  /// The last event that the rows reflect. They are not written until it is durable.
  position reflects = {};
  /// After this piece the rows reflect all events of the queue up to `reflects`.
  bool last_piece = false;
  /// An id chosen by the caller, passed to on_rows_written.
  std::uint64_t piece = 0;
};

/// Upper bounds in microseconds.
inline constexpr std::array<std::int64_t, 12> commit_time_bounds{
    100,     300,     1'000,     3'000,     10'000,     30'000,
    100'000, 300'000, 1'000'000, 3'000'000, 10'000'000, 30'000'000};
/// Upper bounds in bytes: powers of four.
inline constexpr std::array<std::int64_t, 9> commit_size_bounds{
    256, 1'024, 4'096, 16'384, 65'536, 262'144, 1'048'576, 4'194'304, 16'777'216};

struct journal_stats {
  std::uint64_t commits = 0;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t syncs = 0;
  std::chrono::nanoseconds last_commit{0};
  engine::histogram<commit_time_bounds> commit_times;
  engine::histogram<commit_size_bounds> commit_sizes;
  /// Age of the oldest event that no snapshot covers; 0 if there is none.
  std::chrono::nanoseconds snapshot_lag{0};
  std::uint64_t uncut_bytes = 0;
  std::uint64_t dirty_queues = 0;
  std::uint64_t cuts = 0;
  std::uint64_t row_slices = 0;
  std::uint64_t offers_waiting = 0;
  std::uint64_t history_jobs = 0;
  std::uint64_t history_blocks = 0;
};

class journal {
public:
  /// Continues after the store's last position. The store must outlive the journal. Nothing runs
  /// before start(). Errors: those of reading the store.
  [[nodiscard]] static store_result<std::unique_ptr<journal>>
  open(store& store, journal_options options, journal_callbacks callbacks);
  ~journal();
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;

  /// Marks the queue as dirty: recovery found its events `first` to `last` in the journal, and its
  /// rows do not reflect them. Must be called before start() for every such queue; otherwise the
  /// events may be cut.
  void restore_dirty(std::uint32_t queue, position first, position last);

  /// Starts committing, asking for snapshots and cutting.
  void start();

  /// Takes `count` > 0 encoded events of the queue (0: of the settings) and returns the position of
  /// the last one. Positions number events without gaps. The events are never split between groups.
  /// Copies the bytes under a short lock; may be called from any thread. After a failure or stop()
  /// the position never becomes durable.
  position append(std::uint32_t queue, std::string_view events, std::uint32_t count);

  /// The position of the last event appended.
  [[nodiscard]] position appended() const;

  /// All events up to this position are durable, as defined by the store's level.
  [[nodiscard]] position durable() const noexcept {
    return {durable_.load(std::memory_order_acquire)};
  }

  /// Takes rows to write; offers are written in order. May be called from any thread and never
  /// blocks for long.
  void offer_rows(row_batch batch);

  /// Asks all dirty queues, whatever their age, and calls `done` on the rows thread once all are
  /// clean and the journal has been cut. Not called if a write fails or stop() comes first.
  void snapshot_all(std::function<void()> done);

  /// Inline mode: commits the gathered events and does all other work that is due. Returns whether
  /// there was any.
  bool pump();

  /// Commits the gathered events, writes the offered rows, cuts what can be cut, flushes, and joins
  /// the threads. Returns the first error, if there was one; further calls return the same.
  store_status stop();

  [[nodiscard]] journal_stats stats() const;

private:
  /// Consecutive events of one queue.
  struct event_run {
    std::uint32_t queue;
    position first;
    position last;
  };
  struct group {
    std::string bytes;
    position first;
    position last;
    std::vector<event_run> runs;
  };
  using time_point = std::chrono::steady_clock::time_point;

  journal(store& store, journal_options options, journal_callbacks callbacks,
          history_writer history);

  // -- committing: gather_mutex_ ------------------------------------------------------------------
  void run_commits();
  std::optional<group> take_group(bool wait);
  void commit(group& taken);
  bool record(const group& committed, std::chrono::nanoseconds took);
  void recycle(group used);

  // -- rows: state_mutex_ -------------------------------------------------------------------------
  void run_rows();
  bool step() ROTA_REQUIRES(state_mutex_);
  bool write_batch() ROTA_REQUIRES(state_mutex_);
  std::vector<row_change> take_slice(row_batch& batch);
  bool ask_for_snapshots() ROTA_REQUIRES(state_mutex_);
  bool cut_when_due() ROTA_REQUIRES(state_mutex_);
  bool drop_history() ROTA_REQUIRES(state_mutex_);
  bool finish_snapshot_all() ROTA_REQUIRES(state_mutex_);
  void wait_for_work() ROTA_REQUIRES(state_mutex_);
  void finish_rows() ROTA_REQUIRES(state_mutex_);
  [[nodiscard]] position tail() const ROTA_REQUIRES(state_mutex_);
  [[nodiscard]] bool too_long() const ROTA_REQUIRES(state_mutex_);

  void fail(const store_error& error);

  store& store_;
  const journal_options options_;
  const journal_callbacks callbacks_;

  mutable system::mutex gather_mutex_;
  system::condition gathered_;
  std::deque<group> pending_ ROTA_GUARDED_BY(gather_mutex_);
  group spare_ ROTA_GUARDED_BY(gather_mutex_);
  position appended_ ROTA_GUARDED_BY(gather_mutex_);
  bool commits_stopping_ ROTA_GUARDED_BY(gather_mutex_) = false;

  std::atomic<std::uint64_t> durable_;
  std::atomic<bool> failed_ = false;

  mutable system::mutex state_mutex_;
  system::condition rows_wake_;
  bool rows_woken_ ROTA_GUARDED_BY(state_mutex_) = false;
  bool rows_stopping_ ROTA_GUARDED_BY(state_mutex_) = false;
  std::deque<row_batch> offered_ ROTA_GUARDED_BY(state_mutex_);
  dirty_queues dirty_ ROTA_GUARDED_BY(state_mutex_);
  journal_extent extent_ ROTA_GUARDED_BY(state_mutex_);
  history_writer history_; ///< used by the rows thread only; its sizes are copied into stats_
  std::function<void()> on_all_clean_ ROTA_GUARDED_BY(state_mutex_);
  journal_stats stats_ ROTA_GUARDED_BY(state_mutex_);
  std::optional<store_error> error_ ROTA_GUARDED_BY(state_mutex_);

  bool started_ = false;
  std::thread commit_thread_;
  std::thread rows_thread_;
};

} // namespace rota::persistence
