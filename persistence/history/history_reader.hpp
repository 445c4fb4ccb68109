#pragma once

#include "persistence/history/history.hpp"
#include "persistence/store/store.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace rota::persistence {

struct history_reader_options {
  /// Questions that may wait; beyond that they are refused.
  std::size_t questions_max = 10'000;
  /// No thread: questions wait for pump(). For deterministic tests and simulations.
  bool inline_mode = false;
};

/// Answers questions about rows on disk from a thread of its own, so that nobody who serves the
/// living waits for the disk. Questions are answered in their order, each answer is called once,
/// on that thread, unless the reader is stopped before. Asking returns false, and then there will
/// be no answer, when too many questions wait or the reader was stopped. The store outlives it.
class history_reader {
public:
  using block_answer = std::function<void(store_result<std::optional<history_block>>)>;
  using page_answer = std::function<void(store_result<std::optional<history_page>>)>;
  using row_answer = std::function<void(store_result<std::optional<std::string>>)>;

  explicit history_reader(const store& store, history_reader_options options = {});
  ~history_reader();
  history_reader(const history_reader&) = delete;
  history_reader& operator=(const history_reader&) = delete;

  /// See find_in_history(). `match` runs on the reader's thread too.
  [[nodiscard]] bool find(std::uint32_t queue, std::uint64_t serial, history_match match,
                          block_answer answer);
  /// See page_of_history().
  [[nodiscard]] bool page(std::uint32_t queue, std::uint64_t from, serial_order order,
                          page_answer answer);
  /// See store::get_row().
  [[nodiscard]] bool row(table table, std::string key, row_answer answer);

  /// Without a thread: answers what waits. Says whether anything did.
  bool pump();

  /// Drops what waits and ends the thread. Not to be called from an answer.
  void stop();

private:
  bool ask(std::function<void()> question);
  void run();

  const store& store_;
  const history_reader_options options_;
  std::mutex mutex_;
  std::condition_variable asked_;
  std::deque<std::function<void()>> questions_;
  bool stopped_ = false;
  std::thread thread_;
};

} // namespace rota::persistence
