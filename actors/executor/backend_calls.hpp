// Calls that may block, made on threads of their own: one that hangs holds up no other.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace rota::actors {

/// The threads of one backend. With none, calls are made at once by who asks for them: for backends
/// that never block, under a clock that tests move.
class backend_calls {
public:
  /// `name` is that of the threads, for those who look at the daemon from outside; up to 15 bytes.
  explicit backend_calls(std::size_t threads, const char* name = "calls");
  /// Calls under way are waited for; those that haven't begun are dropped.
  ~backend_calls();
  backend_calls(const backend_calls&) = delete;
  backend_calls& operator=(const backend_calls&) = delete;

  void make(std::function<void()> call);

private:
  void work();

  std::mutex mutex_;
  std::condition_variable wanted_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

} // namespace rota::actors
