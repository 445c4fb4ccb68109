#include "actors/executor/backend_calls.hpp"

#include <pthread.h>

#include <utility>

namespace rota::actors {

backend_calls::backend_calls(std::size_t threads, const char* name) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { work(); });
    pthread_setname_np(threads_.back().native_handle(), name);
  }
}

backend_calls::~backend_calls() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wanted_.notify_all();
  for (auto& thread : threads_)
    thread.join();
}

void backend_calls::make(std::function<void()> call) {
  if (threads_.empty())
    return call();
  {
    const std::lock_guard lock{mutex_};
    waiting_.push_back(std::move(call));
  }
  wanted_.notify_one();
}

void backend_calls::work() {
  std::unique_lock lock{mutex_};
  while (true) {
    wanted_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_)
      return;
    {
      const auto call = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      call();
    }
    lock.lock();
  }
}

} // namespace rota::actors
