#include "persistence/history/history_reader.hpp"

#include <pthread.h>

#include <utility>

namespace rota::persistence {

history_reader::history_reader(const store& store, history_reader_options options)
    : store_(store), options_(options) {
  if (!options_.inline_mode) {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "history");
  }
}

history_reader::~history_reader() { stop(); }

bool history_reader::find(std::uint32_t queue, std::uint64_t serial, history_match match,
                          block_answer answer) {
  return enqueue([this, queue, serial, match = std::move(match), answer = std::move(answer)] {
    answer(find_in_history(store_, queue, serial, match));
  });
}

bool history_reader::page(std::uint32_t queue, std::uint64_t from, serial_order order,
                          page_answer answer) {
  return enqueue([this, queue, from, order, answer = std::move(answer)] {
    answer(page_of_history(store_, queue, from, order));
  });
}

bool history_reader::row(table table, std::string key, row_answer answer) {
  return enqueue([this, table, key = std::move(key), answer = std::move(answer)] {
    answer(store_.get_row(table, key));
  });
}

bool history_reader::enqueue(std::function<void()> request) {
  const std::lock_guard lock(mutex_);
  if (stopped_ || requests_.size() >= options_.requests_max)
    return false;
  requests_.push_back(std::move(request));
  asked_.notify_one();
  return true;
}

bool history_reader::pump() {
  std::deque<std::function<void()>> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(requests_);
  }
  for (const auto& request : taken)
    request();
  return !taken.empty();
}

void history_reader::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    asked_.wait(lock, [this] { return stopped_ || !requests_.empty(); });
    if (stopped_)
      return;
    const auto request = std::move(requests_.front());
    requests_.pop_front();
    lock.unlock();
    request();
    lock.lock();
  }
}

void history_reader::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    requests_.clear();
  }
  asked_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

} // namespace rota::persistence
