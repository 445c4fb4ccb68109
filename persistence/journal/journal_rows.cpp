// The journal's rows thread: writes offered rows, asks for snapshots, cuts, drops history.

#include "persistence/journal/journal.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rota::persistence {

void journal::offer_rows(row_batch batch) {
  const lock held(state_mutex_);
  if (error_ || rows_stopping_)
    return;
  offered_.push_back(std::move(batch));
  rows_woken_ = true;
  rows_wake_.notify_one();
}

void journal::snapshot_all(std::function<void()> done) {
  const lock held(state_mutex_);
  on_all_clean_ = std::move(done);
  rows_woken_ = true;
  rows_wake_.notify_one();
}

void journal::run_rows() {
  lock held(state_mutex_);
  while (true) {
    while (step(held)) {
    }
    if (rows_stopping_) {
      finish_rows(held);
      return;
    }
    wait_for_work(held);
  }
}

// Gives each kind of work one turn, so that none starves another. Returns whether there was any.
bool journal::step(lock& held) {
  bool any = cut_when_due(held);
  any = write_batch(held) || any;
  any = ask_for_snapshots(held) || any;
  any = drop_history(held) || any;
  return any || finish_snapshot_all(held);
}

bool journal::write_batch(lock& held) {
  if (error_ || offered_.empty() || offered_.front().reflects > durable())
    return false;
  auto batch = std::move(offered_.front());
  offered_.pop_front();
  held.unlock();
  std::uint64_t slices = 0;
  std::reverse(batch.changes.begin(), batch.changes.end());
  std::reverse(batch.ended.begin(), batch.ended.end());
  while (!batch.changes.empty() || !batch.ended.empty()) {
    const auto written = store_.write_rows(take_slice(batch));
    if (written.has_error()) {
      fail(written.error());
      held.lock();
      return false;
    }
    ++slices;
  }
  held.lock();
  stats_.row_slices += slices;
  stats_.history_jobs = history_.jobs();
  stats_.history_blocks = history_.blocks();
  if (batch.last_piece)
    dirty_.covered(batch.queue, batch.reflects, options_.now());
  held.unlock();
  if (callbacks_.on_rows_written)
    callbacks_.on_rows_written(batch.queue, batch.piece);
  held.lock();
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

bool journal::ask_for_snapshots(lock& held) {
  if (error_ || rows_stopping_)
    return false;
  const auto now = options_.now();
  const auto outstanding_max = options_.snapshots_outstanding_max;
  const auto asked = on_all_clean_ || too_long() ? dirty_.ask_oldest(now, outstanding_max)
                                                 : dirty_.ask_due(now, outstanding_max);
  if (asked.empty() || !callbacks_.on_snapshot_wanted)
    return false;
  held.unlock();
  for (const auto queue : asked)
    callbacks_.on_snapshot_wanted(queue);
  held.lock();
  return true;
}

bool journal::cut_when_due(lock& held) {
  if (error_)
    return false;
  const auto part = extent_.cuttable(tail());
  const bool due = part.bytes >= options_.bytes_max / 4 || dirty_.size() == 0 || rows_stopping_;
  if (part.bytes == 0 || !due)
    return false;
  held.unlock();
  const auto done = store_.cut_journal(part.upto);
  if (done.has_error()) {
    fail(done.error());
    held.lock();
    return false;
  }
  held.lock();
  extent_.cut(part.upto);
  ++stats_.cuts;
  return true;
}

bool journal::drop_history(lock& held) {
  constexpr std::size_t blocks_a_step = 256;
  const auto now_us = options_.wall_now_us();
  if (error_ || !history_.has_expired(now_us))
    return false;
  held.unlock();
  const auto dropped = history_.drop_expired(store_, now_us, blocks_a_step);
  if (dropped.has_error())
    fail(dropped.error());
  held.lock();
  stats_.history_jobs = history_.jobs();
  stats_.history_blocks = history_.blocks();
  return dropped.has_value();
}

bool journal::finish_snapshot_all(lock& held) {
  if (error_ || !on_all_clean_ || dirty_.size() > 0 || !offered_.empty())
    return false;
  const auto done = std::exchange(on_all_clean_, {});
  held.unlock();
  done();
  held.lock();
  return true;
}

// Sleeps until it is woken, a dirty queue is due, or a block of history expires.
void journal::wait_for_work(lock& held) {
  const auto woken = [this] { return std::exchange(rows_woken_, false); };
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
  if (longest)
    rows_wake_.wait_for(held, *longest, woken);
  else
    rows_wake_.wait(held, woken);
}

void journal::finish_rows(lock& held) {
  if (error_)
    return;
  held.unlock();
  const auto flushed = store_.flush_rows();
  if (flushed.has_error())
    fail(flushed.error());
  held.lock();
}

} // namespace rota::persistence
