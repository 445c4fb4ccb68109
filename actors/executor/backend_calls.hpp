// Runs blocking calls on threads of their own: a call that hangs delays no other.
#pragma once

#include "system/thread_safety.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

namespace rota::actors {

/// The threads of one backend. With none, each call runs at once on the caller's thread: for
/// backends that never block, in virtual time.
class backend_calls {
public:
  /// `name` is the threads' name in the operating system; at most 15 bytes.
  explicit backend_calls(std::size_t threads, const char* name = "calls");
  /// Waits for the calls in progress; drops those that have not begun.
  ~backend_calls();
  backend_calls(const backend_calls&) = delete;
  backend_calls& operator=(const backend_calls&) = delete;

  /// Runs the call on a thread; waits in line, without blocking the caller, while all are busy.
  void make(std::function<void()> call);

private:
  void work();

  system::mutex mutex_;
  system::condition wanted_;
  std::deque<std::function<void()>> waiting_ ROTA_GUARDED_BY(mutex_);
  bool stopping_ ROTA_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

} // namespace rota::actors
