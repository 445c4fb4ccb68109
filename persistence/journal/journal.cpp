#include "persistence/journal/journal.hpp"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace rota::persistence {
namespace {

constexpr std::uint64_t segments_max = 1024;
constexpr std::size_t spare_bytes_max = 1ULL << 20;

} // namespace

store_result<std::unique_ptr<journal>> journal::open(store& store, journal_options options,
                                                     journal_callbacks callbacks) {
  auto history = history_writer::open(store, options.retention);
  if (history.has_error())
    return history.error();
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
      dirty_(options_.snapshot_after),
      extent_(std::max<std::uint64_t>(1, options_.bytes_max / segments_max)),
      history_(std::move(history)) {
  if (store.recovered_bytes() > 0)
    extent_.add(store.last_position(), store.recovered_bytes());
  stats_.history_jobs = history_.jobs();
  stats_.history_blocks = history_.blocks();
}

journal::~journal() { static_cast<void>(stop()); }

void journal::restore_dirty(std::uint32_t queue, position first, position last) {
  const system::lock held{state_mutex_};
  dirty_.restored(queue, first, last, options_.now());
}

void journal::start() {
  started_ = true;
  if (options_.inline_mode)
    return;
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
    const system::lock held{gather_mutex_};
    const position first{appended_.value + 1};
    appended_.value += count;
    last = appended_;
    if (failed_.load(std::memory_order_relaxed) || commits_stopping_)
      return last;
    was_empty = pending_.empty();
    if (was_empty || pending_.back().bytes.size() >= options_.group_bytes_max) {
      pending_.push_back(std::exchange(spare_, {}));
      pending_.back().first = first;
    }
    auto& gathering = pending_.back();
    gathering.bytes.append(events);
    gathering.last = last;
    if (!gathering.runs.empty() && gathering.runs.back().queue == queue)
      gathering.runs.back().last = last;
    else
      gathering.runs.push_back({queue, first, last});
  }
  if (was_empty)
    gathered_.notify_one();
  return last;
}

position journal::appended() const {
  const system::lock held{gather_mutex_};
  return appended_;
}

void journal::run_commits() {
  while (auto taken = take_group(true)) {
    commit(*taken);
    recycle(std::move(*taken));
  }
}

// Returns the oldest group, or nothing if there is none or if stop() ended the wait.
std::optional<journal::group> journal::take_group(bool wait) {
  const system::lock held{gather_mutex_};
  if (wait)
    while (!commits_stopping_ && pending_.empty())
      gathered_.wait(gather_mutex_);
  if (pending_.empty())
    return std::nullopt;
  auto taken = std::move(pending_.front());
  pending_.pop_front();
  return taken;
}

void journal::commit(group& taken) {
  if (failed_.load(std::memory_order_relaxed))
    return;
  const auto begin = options_.now();
  const auto committed = store_.commit(taken.first, taken.last, taken.bytes);
  if (committed.has_error()) {
    fail(committed.error());
    return;
  }
  if (record(taken, options_.now() - begin) && callbacks_.on_durable)
    callbacks_.on_durable(taken.last);
}

// Marks the queues of these events as dirty before durable() covers them, because rows that reflect
// the events may be written as soon as it does. Returns false if the other thread has failed
// meanwhile.
bool journal::record(const group& committed, std::chrono::nanoseconds took) {
  bool wake = false;
  {
    const system::lock held{state_mutex_};
    if (error_)
      return false;
    const bool was_clean = dirty_.size() == 0;
    const auto now = options_.now();
    for (const auto& each : committed.runs)
      dirty_.appended(each.queue, each.first, each.last, now);
    if (store_.level() != durability::memory)
      extent_.add(committed.last, committed.bytes.size());
    ++stats_.commits;
    stats_.events += committed.last.value - committed.first.value + 1;
    stats_.bytes += committed.bytes.size();
    stats_.syncs += store_.level() == durability::fsync ? 1 : 0;
    stats_.last_commit = took;
    stats_.commit_times.add(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    stats_.commit_sizes.add(static_cast<std::int64_t>(committed.bytes.size()));
    durable_.store(committed.last.value, std::memory_order_release);
    const bool rows_ready = !offered_.empty() && offered_.front().reflects <= durable();
    wake = was_clean || rows_ready || (too_long() && dirty_.unasked() > 0);
    rows_woken_ = rows_woken_ || wake;
  }
  if (wake)
    rows_wake_.notify_one();
  return true;
}

// Keeps a group's buffer for the next one, unless it is unusually large.
void journal::recycle(group used) {
  if (used.bytes.capacity() > spare_bytes_max)
    return;
  used.bytes.clear();
  used.runs.clear();
  const system::lock held{gather_mutex_};
  spare_ = std::move(used);
}

void journal::fail(const store_error& error) {
  {
    const system::lock held{state_mutex_};
    if (error_)
      return;
    error_ = error;
    offered_.clear();
  }
  {
    const system::lock held{gather_mutex_};
    failed_ = true;
    pending_.clear();
  }
  if (callbacks_.on_failed)
    callbacks_.on_failed(error);
}

// -- inline mode, stop and statistics -------------------------------------------------------------

bool journal::pump() {
  bool any = false;
  while (auto taken = take_group(false)) {
    commit(*taken);
    recycle(std::move(*taken));
    any = true;
  }
  const system::lock held{state_mutex_};
  while (started_ && step())
    any = true;
  return any;
}

store_status journal::stop() {
  {
    const system::lock held{gather_mutex_};
    commits_stopping_ = true;
  }
  gathered_.notify_one();
  if (commit_thread_.joinable())
    commit_thread_.join();
  bool first = false;
  {
    const system::lock held{state_mutex_};
    first = !std::exchange(rows_stopping_, true);
    rows_woken_ = true;
  }
  rows_wake_.notify_one();
  if (rows_thread_.joinable()) {
    rows_thread_.join();
  } else if (first && options_.inline_mode) {
    pump();
    const system::lock held{state_mutex_};
    finish_rows();
  }
  const system::lock held{state_mutex_};
  return error_ ? store_status(*error_) : store_status();
}

journal_stats journal::stats() const {
  const system::lock held{state_mutex_};
  auto copied = stats_;
  copied.uncut_bytes = extent_.bytes();
  copied.dirty_queues = dirty_.size();
  copied.offers_waiting = offered_.size();
  if (const auto since = dirty_.oldest_since())
    copied.snapshot_lag = std::max(options_.now() - *since, std::chrono::nanoseconds{0});
  return copied;
}

} // namespace rota::persistence
