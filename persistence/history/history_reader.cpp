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
  const system::lock held{mutex_};
  if (stopped_ || requests_.size() >= options_.requests_max)
    return false;
  requests_.push_back(std::move(request));
  asked_.notify_one();
  return true;
}

bool history_reader::pump() {
  std::deque<std::function<void()>> taken;
  {
    const system::lock held{mutex_};
    taken.swap(requests_);
  }
  for (const auto& request : taken)
    request();
  return !taken.empty();
}

void history_reader::run() {
  const system::lock held{mutex_};
  while (true) {
    while (!stopped_ && requests_.empty())
      asked_.wait(mutex_);
    if (stopped_)
      return;
    const auto request = std::move(requests_.front());
    requests_.pop_front();
    const system::unlocked during_request{mutex_};
    request();
  }
}

void history_reader::stop() {
  {
    const system::lock held{mutex_};
    stopped_ = true;
    requests_.clear();
  }
  asked_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

} // namespace rota::persistence
