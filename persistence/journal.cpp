#include "persistence/journal.hpp"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace rota::persistence {
namespace {

constexpr std::uint64_t stretches_max = 1024;
constexpr std::size_t spare_bytes_max = 1ULL << 20;

} // namespace

store_result<std::unique_ptr<journal>> journal::open(store& store, journal_options options,
                                                     journal_callbacks callbacks) {
  auto history = history_writer::open(store, options.retention);
  if (history.has_error()) {
    return history.error();
  }
  return std::unique_ptr<journal>(
      new journal(store, std::move(options), std::move(callbacks), std::move(*history)));
}

journal::journal(store& store, journal_options options, journal_callbacks callbacks,
                 history_writer history)
    : store_(store),
      options_(std::move(options)),
      callbacks_(std::move(callbacks)),
      appended_(store.last_position()),
      durable_(store.last_position().value),
      extent_(std::max<std::uint64_t>(1, options_.bytes_max / stretches_max)),
      history_(std::move(history)) {
  if (store.recovered_bytes() > 0) {
    extent_.add(store.last_position(), store.recovered_bytes());
  }
  stats_.history_jobs = history_.jobs();
  stats_.history_blocks = history_.blocks();
}

journal::~journal() { static_cast<void>(stop()); }

void journal::restore_dirty(std::uint32_t queue, position first, position last) {
  const lock held(state_mutex_);
  dirty_.restored(queue, first, last, options_.now());
}

void journal::start() {
  started_ = true;
  if (options_.inline_mode) {
    return;
  }
  commit_thread_ = std::thread([this] { run_commits(); });
  pthread_setname_np(commit_thread_.native_handle(), "journal");
  rows_thread_ = std::thread([this] { run_rows(); });
  pthread_setname_np(rows_thread_.native_handle(), "rows");
}

// -- committing -----------------------------------------------------------------------------------

position journal::append(std::uint32_t queue, std::string_view events, std::uint32_t count) {
  bool was_empty = false;
  position last;
  {
    const lock held(gather_mutex_);
    const position first{appended_.value + 1};
    appended_.value += count;
    last = appended_;
    if (failed_.load(std::memory_order_relaxed) || commits_stopping_) {
      return last;
    }
    was_empty = pending_.empty();
    if (was_empty || pending_.back().bytes.size() >= options_.group_bytes_max) {
      pending_.push_back(std::exchange(spare_, {}));
      pending_.back().first = first;
    }
    auto& gathering = pending_.back();
    gathering.bytes.append(events);
    gathering.last = last;
    if (!gathering.marks.empty() && gathering.marks.back().queue == queue) {
      gathering.marks.back().last = last;
    } else {
      gathering.marks.push_back({queue, first, last});
    }
  }
  if (was_empty) {
    gathered_.notify_one();
  }
  return last;
}

position journal::appended() const {
  const lock held(gather_mutex_);
  return appended_;
}

void journal::run_commits() {
  while (auto taken = take_group(true)) {
    commit(*taken);
    recycle(std::move(*taken));
  }
}

// The oldest group, or nothing: there is none, or waiting for one came to its end.
std::optional<journal::group> journal::take_group(bool wait) {
  lock held(gather_mutex_);
  if (wait) {
    gathered_.wait(held, [this] { return commits_stopping_ || !pending_.empty(); });
  }
  if (pending_.empty()) {
    return std::nullopt;
  }
  auto taken = std::move(pending_.front());
  pending_.pop_front();
  return taken;
}

void journal::commit(group& taken) {
  if (failed_.load(std::memory_order_relaxed)) {
    return;
  }
  const auto begin = options_.now();
  const auto committed = store_.commit(taken.first, taken.last, taken.bytes);
  if (committed.has_error()) {
    fail(committed.error());
    return;
  }
  if (record(taken, options_.now() - begin) && callbacks_.on_durable) {
    callbacks_.on_durable(taken.last);
  }
}

// Whose events these are is known before durable() says that they are: rows that reflect them may
// land right then. False if the other thread failed meanwhile.
bool journal::record(const group& committed, std::chrono::nanoseconds took) {
  bool wake = false;
  {
    const lock held(state_mutex_);
    if (error_) {
      return false;
    }
    const bool was_clean = dirty_.size() == 0;
    const auto now = options_.now();
    for (const auto& each : committed.marks) {
      dirty_.appended(each.queue, each.first, each.last, now);
    }
    if (store_.level() != durability::memory) {
      extent_.add(committed.last, committed.bytes.size());
    }
    ++stats_.commits;
    stats_.events += committed.last.value - committed.first.value + 1;
    stats_.bytes += committed.bytes.size();
    stats_.syncs += store_.level() == durability::fsync ? 1 : 0;
    stats_.last_commit = took;
    durable_.store(committed.last.value, std::memory_order_release);
    const bool rows_ready = !offered_.empty() && offered_.front().reflects <= durable();
    wake = was_clean || rows_ready || (too_long() && dirty_.unasked() > 0);
    rows_woken_ = rows_woken_ || wake;
  }
  if (wake) {
    rows_wake_.notify_one();
  }
  return true;
}

// Keeps one group's memory for the next, unless it is unusually large.
void journal::recycle(group used) {
  if (used.bytes.capacity() > spare_bytes_max) {
    return;
  }
  used.bytes.clear();
  used.marks.clear();
  const lock held(gather_mutex_);
  spare_ = std::move(used);
}

void journal::fail(const store_error& error) {
  {
    const lock held(state_mutex_);
    if (error_) {
      return;
    }
    error_ = error;
    offered_.clear();
  }
  {
    const lock held(gather_mutex_);
    failed_ = true;
    pending_.clear();
  }
  if (callbacks_.on_failed) {
    callbacks_.on_failed(error);
  }
}

// -- rows -----------------------------------------------------------------------------------------

void journal::offer_rows(row_batch batch) {
  {
    const lock held(state_mutex_);
    if (error_ || rows_stopping_) {
      return;
    }
    offered_.push_back(std::move(batch));
    rows_woken_ = true;
  }
  rows_wake_.notify_one();
}

void journal::snapshot_all(std::function<void()> done) {
  {
    const lock held(state_mutex_);
    all_clean_ = std::move(done);
    rows_woken_ = true;
  }
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

// Gives each kind of work one turn, so that none starves another. Says whether there was any.
bool journal::step(lock& held) {
  bool any = cut_when_due(held);
  any = write_piece(held) || any;
  any = ask_for_snapshots(held) || any;
  any = drop_history(held) || any;
  return any || finish_snapshot_all(held);
}

bool journal::write_piece(lock& held) {
  if (error_ || offered_.empty() || offered_.front().reflects > durable()) {
    return false;
  }
  auto batch = std::move(offered_.front());
  offered_.pop_front();
  held.unlock();
  std::uint64_t pieces = 0;
  std::reverse(batch.changes.begin(), batch.changes.end());
  std::reverse(batch.ended.begin(), batch.ended.end());
  while (!batch.changes.empty() || !batch.ended.empty()) {
    const auto written = store_.write_rows(next_slice(batch));
    if (written.has_error()) {
      fail(written.error());
      held.lock();
      return false;
    }
    ++pieces;
  }
  held.lock();
  stats_.row_pieces += pieces;
  stats_.history_jobs = history_.jobs();
  stats_.history_blocks = history_.blocks();
  if (batch.last_piece) {
    dirty_.covered(batch.queue, batch.reflects, options_.now());
  }
  held.unlock();
  if (callbacks_.on_rows_written) {
    callbacks_.on_rows_written(batch.queue, batch.piece);
  }
  held.lock();
  return true;
}

// Takes what fits one piece from the back of the batch, which was turned round.
std::vector<row_change> journal::next_slice(row_batch& batch) {
  std::vector<row_change> slice;
  std::size_t bytes = 0;
  while (bytes < options_.piece_bytes_max && !batch.ended.empty()) {
    bytes += batch.ended.back().bytes.size();
    history_.add(batch.ended.back(), slice);
    batch.ended.pop_back();
  }
  while (bytes < options_.piece_bytes_max && !batch.changes.empty()) {
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
  if (error_ || rows_stopping_) {
    return false;
  }
  const auto now = options_.now();
  const bool any_age = all_clean_ || too_long();
  const auto asked =
      dirty_.ask(any_age ? time_point::max() : now - options_.snapshot_after,
                 now - options_.snapshot_after, now, options_.snapshots_outstanding_max);
  if (asked.empty() || !callbacks_.on_snapshot_wanted) {
    return false;
  }
  held.unlock();
  for (const auto queue : asked) {
    callbacks_.on_snapshot_wanted(queue);
  }
  held.lock();
  return true;
}

bool journal::cut_when_due(lock& held) {
  if (error_) {
    return false;
  }
  const auto part = extent_.cuttable(tail());
  const bool due = part.bytes >= options_.bytes_max / 4 || dirty_.size() == 0 || rows_stopping_;
  if (part.bytes == 0 || !due) {
    return false;
  }
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
  if (error_ || !history_.has_expired(now_us)) {
    return false;
  }
  held.unlock();
  const auto dropped = history_.drop_expired(store_, now_us, blocks_a_step);
  if (dropped.has_error()) {
    fail(dropped.error());
  }
  held.lock();
  stats_.history_jobs = history_.jobs();
  stats_.history_blocks = history_.blocks();
  return dropped.has_value();
}

bool journal::finish_snapshot_all(lock& held) {
  if (error_ || !all_clean_ || dirty_.size() > 0 || !offered_.empty()) {
    return false;
  }
  const auto done = std::exchange(all_clean_, {});
  held.unlock();
  done();
  held.lock();
  return true;
}

// Sleeps until somebody says that there is work, or the oldest dirty queue or block comes of age.
void journal::wait_for_work(lock& held) {
  const auto woken = [this] { return std::exchange(rows_woken_, false); };
  std::optional<std::chrono::nanoseconds> longest;
  if (const auto next = dirty_.next_time(options_.snapshots_outstanding_max); next && !error_) {
    // A little later than due, so that many that come of age together are asked together.
    const auto after = options_.snapshot_after + options_.snapshot_after / 32;
    longest = *next + after - options_.now();
  }
  if (const auto expiry = history_.next_expiry_us(); expiry && !error_) {
    const std::chrono::nanoseconds until = std::max<std::chrono::microseconds>(
        std::chrono::seconds(1), std::chrono::microseconds(*expiry - options_.wall_now_us()));
    longest = std::min(longest.value_or(until), until);
  }
  if (longest) {
    rows_wake_.wait_for(held, *longest, woken);
  } else {
    rows_wake_.wait(held, woken);
  }
}

void journal::finish_rows(lock& held) {
  if (error_) {
    return;
  }
  held.unlock();
  const auto flushed = store_.flush_rows();
  if (flushed.has_error()) {
    fail(flushed.error());
  }
  held.lock();
}

// -- both -----------------------------------------------------------------------------------------

bool journal::pump() {
  bool any = false;
  while (auto taken = take_group(false)) {
    commit(*taken);
    recycle(std::move(*taken));
    any = true;
  }
  lock held(state_mutex_);
  while (started_ && step(held)) {
    any = true;
  }
  return any;
}

store_status journal::stop() {
  {
    const lock held(gather_mutex_);
    commits_stopping_ = true;
  }
  gathered_.notify_one();
  if (commit_thread_.joinable()) {
    commit_thread_.join();
  }
  bool first = false;
  {
    const lock held(state_mutex_);
    first = !std::exchange(rows_stopping_, true);
    rows_woken_ = true;
  }
  rows_wake_.notify_one();
  if (rows_thread_.joinable()) {
    rows_thread_.join();
  } else if (first && options_.inline_mode) {
    pump();
    lock held(state_mutex_);
    finish_rows(held);
  }
  const lock held(state_mutex_);
  return error_ ? store_status(*error_) : store_status();
}

journal_stats journal::stats() const {
  const lock held(state_mutex_);
  auto copied = stats_;
  copied.uncut_bytes = extent_.bytes();
  copied.dirty_queues = dirty_.size();
  copied.offers_waiting = offered_.size();
  return copied;
}

} // namespace rota::persistence
