// Locks whose use clang checks: ./dev lint fails where a guarded member is used without its lock.
// The macros are attributes that no other compiler knows.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>

#if defined(__clang__)
#define ROTA_THREAD_SAFETY(attribute) __attribute__((attribute))
#else
#define ROTA_THREAD_SAFETY(attribute)
#endif

/// Of a member: it is used only while the mutex is held.
#define ROTA_GUARDED_BY(mutex) ROTA_THREAD_SAFETY(guarded_by(mutex))
/// Of a function or lambda: its caller holds the mutex, exclusively or at least shared.
#define ROTA_REQUIRES(mutex) ROTA_THREAD_SAFETY(requires_capability(mutex))
#define ROTA_REQUIRES_SHARED(mutex) ROTA_THREAD_SAFETY(requires_shared_capability(mutex))

// For the types below only.
#define ROTA_CAPABILITY ROTA_THREAD_SAFETY(capability("mutex"))
#define ROTA_SCOPED_CAPABILITY ROTA_THREAD_SAFETY(scoped_lockable)
#define ROTA_ACQUIRE(...) ROTA_THREAD_SAFETY(acquire_capability(__VA_ARGS__))
#define ROTA_ACQUIRE_SHARED(...) ROTA_THREAD_SAFETY(acquire_shared_capability(__VA_ARGS__))
#define ROTA_RELEASE(...) ROTA_THREAD_SAFETY(release_capability(__VA_ARGS__))
#define ROTA_RELEASE_SHARED(...) ROTA_THREAD_SAFETY(release_shared_capability(__VA_ARGS__))

namespace rota::system {

class ROTA_CAPABILITY mutex {
public:
  void lock() ROTA_ACQUIRE() { native_.lock(); }
  void unlock() ROTA_RELEASE() { native_.unlock(); }

private:
  friend class condition;
  std::mutex native_;
};

class ROTA_CAPABILITY shared_mutex {
public:
  void lock() ROTA_ACQUIRE() { native_.lock(); }
  void unlock() ROTA_RELEASE() { native_.unlock(); }
  void lock_shared() ROTA_ACQUIRE_SHARED() { native_.lock_shared(); }
  void unlock_shared() ROTA_RELEASE_SHARED() { native_.unlock_shared(); }

private:
  std::shared_mutex native_;
};

/// Holds a mutex, or a shared mutex exclusively, for a scope.
template <class Mutex>
class ROTA_SCOPED_CAPABILITY lock {
public:
  explicit lock(Mutex& mutex) ROTA_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~lock() ROTA_RELEASE() { mutex_.unlock(); }
  lock(const lock&) = delete;
  lock& operator=(const lock&) = delete;

private:
  Mutex& mutex_;
};

/// Holds a shared mutex for reading.
class ROTA_SCOPED_CAPABILITY shared_lock {
public:
  explicit shared_lock(shared_mutex& mutex) ROTA_ACQUIRE_SHARED(mutex) : mutex_(mutex) {
    mutex_.lock_shared();
  }
  ~shared_lock() ROTA_RELEASE() { mutex_.unlock_shared(); }
  shared_lock(const shared_lock&) = delete;
  shared_lock& operator=(const shared_lock&) = delete;

private:
  shared_mutex& mutex_;
};

/// Releases a held mutex for a scope.
class ROTA_SCOPED_CAPABILITY unlocked {
public:
  explicit unlocked(mutex& held) ROTA_RELEASE(held) : mutex_(held) { mutex_.unlock(); }
  ~unlocked() ROTA_RELEASE() { mutex_.lock(); }
  unlocked(const unlocked&) = delete;
  unlocked& operator=(const unlocked&) = delete;

private:
  mutex& mutex_;
};

/// A condition variable. Waits may end without a notification, so callers wait in a loop.
class condition {
public:
  void notify_one() { native_.notify_one(); }
  void notify_all() { native_.notify_all(); }

  void wait(mutex& held) ROTA_REQUIRES(held) {
    std::unique_lock native{held.native_, std::adopt_lock};
    native_.wait(native);
    native.release();
  }
  /// Returns false once the time has come.
  [[nodiscard]] bool wait_until(mutex& held, std::chrono::steady_clock::time_point end)
      ROTA_REQUIRES(held) {
    std::unique_lock native{held.native_, std::adopt_lock};
    const auto status = native_.wait_until(native, end);
    native.release();
    return status == std::cv_status::no_timeout;
  }

private:
  std::condition_variable native_;
};

} // namespace rota::system
