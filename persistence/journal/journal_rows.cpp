// The journal's rows thread: writes offered rows, asks for snapshots, cuts, drops history.

#include "persistence/journal/journal.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rota::persistence {

void journal::offer_rows(row_batch batch) {
  const system::lock held{state_mutex_};
  if (error_ || rows_stopping_)
    return;
  offered_.push_back(std::move(batch));
  rows_woken_ = true;
  rows_wake_.notify_one();
}

void journal::snapshot_all(std::function<void()> done) {
  const system::lock held{state_mutex_};
  on_all_clean_ = std::move(done);
  rows_woken_ = true;
  rows_wake_.notify_one();
}

void journal::run_rows() {
  const system::lock held{state_mutex_};
  while (true) {
    while (step()) {
    }
    if (rows_stopping_) {
      finish_rows();
      return;
    }
    wait_for_work();
  }
}

// Gives each kind of work one turn, so that none starves another. Returns whether there was any.
bool journal::step() {
  bool any = cut_when_due();
  any = write_batch() || any;
  any = ask_for_snapshots() || any;
  any = drop_history() || any;
  return any || finish_snapshot_all();
}

bool journal::write_batch() {
  if (error_ || offered_.empty() || offered_.front().reflects > durable())
    return false;
  auto batch = std::move(offered_.front());
  offered_.pop_front();
  std::uint64_t slices = 0;
  {
    const system::unlocked while_writing{state_mutex_};
    std::reverse(batch.changes.begin(), batch.changes.end());
    std::reverse(batch.ended.begin(), batch.ended.end());
    for (; !batch.changes.empty() || !batch.ended.empty(); ++slices) {
      const auto written = store_.write_rows(take_slice(batch));
      if (written.has_error()) {
        fail(written.error());
        return false;
      }
    }
  }
  stats_.row_slices += slices;
  stats_.history_jobs = history_.jobs();
  stats_.history_blocks = history_.blocks();
  if (batch.last_piece)
    dirty_.covered(batch.queue, batch.reflects, options_.now());
  const system::unlocked during_callback{state_mutex_};
  if (callbacks_.on_rows_written)
    callbacks_.on_rows_written(batch.queue, batch.piece);
  return true;
}

// Takes what fits into one slice from the back of the batch, whose order was reversed before.
std::vector<row_change> journal::take_slice(row_batch& batch) {
  std::vector<row_change> slice;
  std::size_t bytes = 0;
  while (bytes < options_.slice_bytes_max && !batch.ended.empty()) {
    bytes += batch.ended.back().bytes.size();
    history_.add(batch.ended.back(), slice);
    batch.ended.pop_back();
  }
  while (bytes < options_.slice_bytes_max && !batch.changes.empty()) {
    bytes += batch.changes.back().size();
    slice.push_back(std::move(batch.changes.back()));
    batch.changes.pop_back();
  }
  return slice;
}

position journal::tail() const {
  const auto oldest = dirty_.oldest();
  return oldest ? position{oldest->value - 1} : durable();
}

bool journal::too_long() const {
  return extent_.bytes() > options_.bytes_max &&
         extent_.bytes() - extent_.cuttable(tail()).bytes > options_.bytes_max;
}

bool journal::ask_for_snapshots() {
  if (error_ || rows_stopping_)
    return false;
  const auto now = options_.now();
  const auto outstanding_max = options_.snapshots_outstanding_max;
  const auto asked = on_all_clean_ || too_long() ? dirty_.ask_oldest(now, outstanding_max)
                                                 : dirty_.ask_due(now, outstanding_max);
  if (asked.empty() || !callbacks_.on_snapshot_wanted)
    return false;
  const system::unlocked during_callbacks{state_mutex_};
  for (const auto queue : asked)
    callbacks_.on_snapshot_wanted(queue);
  return true;
}

bool journal::cut_when_due() {
  if (error_)
    return false;
  const auto part = extent_.cuttable(tail());
  const bool due = part.bytes >= options_.bytes_max / 4 || dirty_.size() == 0 || rows_stopping_;
  if (part.bytes == 0 || !due)
    return false;
  {
    const system::unlocked while_cutting{state_mutex_};
    const auto done = store_.cut_journal(part.upto);
    if (done.has_error()) {
      fail(done.error());
      return false;
    }
  }
  extent_.cut(part.upto);
  ++stats_.cuts;
  return true;
}

bool journal::drop_history() {
  constexpr std::size_t blocks_a_step = 256;
  const auto now_us = options_.wall_now_us();
  if (error_ || !history_.has_expired(now_us))
    return false;
  bool dropped = false;
  {
    const system::unlocked while_dropping{state_mutex_};
    const auto done = history_.drop_expired(store_, now_us, blocks_a_step);
    dropped = done.has_value();
    if (!dropped)
      fail(done.error());
  }
  stats_.history_jobs = history_.jobs();
  stats_.history_blocks = history_.blocks();
  return dropped;
}

bool journal::finish_snapshot_all() {
  if (error_ || !on_all_clean_ || dirty_.size() > 0 || !offered_.empty())
    return false;
  const auto done = std::exchange(on_all_clean_, {});
  const system::unlocked during_callback{state_mutex_};
  done();
  return true;
}

// Sleeps until it is woken, a dirty queue is due, or a block of history expires.
void journal::wait_for_work() {
  std::optional<std::chrono::nanoseconds> longest;
  if (const auto next = dirty_.next_due(options_.snapshots_outstanding_max); next && !error_) {
    // Slightly later than due, so that one wake-up serves many queues.
    longest = *next + options_.snapshot_after / 1024 - options_.now();
  }
  if (const auto expiry = history_.next_expiry_us(); expiry && !error_) {
    const std::chrono::nanoseconds until = std::max<std::chrono::microseconds>(
        std::chrono::seconds(1), std::chrono::microseconds(*expiry - options_.wall_now_us()));
    longest = std::min(longest.value_or(until), until);
  }
  if (longest) {
    const auto end = std::chrono::steady_clock::now() + *longest;
    while (!rows_woken_ && rows_wake_.wait_until(state_mutex_, end)) {
    }
  } else {
    while (!rows_woken_)
      rows_wake_.wait(state_mutex_);
  }
  rows_woken_ = false;
}

void journal::finish_rows() {
  if (error_)
    return;
  const system::unlocked while_flushing{state_mutex_};
  const auto flushed = store_.flush_rows();
  if (flushed.has_error())
    fail(flushed.error());
}

} // namespace rota::persistence
