#pragma once

#include "persistence/history/history.hpp"
#include "persistence/store/store.hpp"
#include "system/thread_safety.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace rota::persistence {

struct history_reader_options {
  /// Maximum number of waiting requests; further ones are refused.
  std::size_t requests_max = 10'000;
  /// Starts no thread; requests wait for pump(). For deterministic tests and simulations.
  bool inline_mode = false;
};

/// Reads rows from disk on its own thread, so that no actor waits for the disk. Requests are served
/// in order. Each callback is called exactly once, on that thread, unless the reader is stopped
/// first. A request returns false, and its callback is never called, if too many are waiting or the
/// reader was stopped. The store must outlive the reader.
class history_reader {
public:
  using block_answer = std::function<void(store_result<std::optional<history_block>>)>;
  using page_answer = std::function<void(store_result<std::optional<history_page>>)>;
  using row_answer = std::function<void(store_result<std::optional<std::string>>)>;

  explicit history_reader(const store& store, history_reader_options options = {});
  ~history_reader();
  history_reader(const history_reader&) = delete;
  history_reader& operator=(const history_reader&) = delete;

  /// See find_in_history(). `match` also runs on the reader's thread.
  [[nodiscard]] bool find(std::uint32_t queue, std::uint64_t serial, history_match match,
                          block_answer answer);
  /// See page_of_history().
  [[nodiscard]] bool page(std::uint32_t queue, std::uint64_t from, serial_order order,
                          page_answer answer);
  /// See store::get_row().
  [[nodiscard]] bool row(table table, std::string key, row_answer answer);

  /// Inline mode: serves all waiting requests. Returns whether there were any.
  bool pump();

  /// Drops waiting requests and joins the thread. Must not be called from a callback.
  void stop();

private:
  bool enqueue(std::function<void()> request);
  void run();

  const store& store_;
  const history_reader_options options_;
  system::mutex mutex_;
  system::condition asked_;
  std::deque<std::function<void()>> requests_ ROTA_GUARDED_BY(mutex_);
  bool stopped_ ROTA_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

} // namespace rota::persistence
