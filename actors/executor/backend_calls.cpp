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
    const system::lock held{mutex_};
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
    const system::lock held{mutex_};
    waiting_.push_back(std::move(call));
  }
  wanted_.notify_one();
}

void backend_calls::work() {
  const system::lock held{mutex_};
  while (true) {
    while (!stopping_ && waiting_.empty())
      wanted_.wait(mutex_);
    if (stopping_)
      return;
    auto call = std::move(waiting_.front());
    waiting_.pop_front();
    const system::unlocked during_call{mutex_};
    call();
    call = nullptr; // now, because what it holds may end with it
  }
}

} // namespace rota::actors
