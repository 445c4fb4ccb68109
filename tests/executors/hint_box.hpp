// Collects the hints of an executor.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

namespace rota::tests {

/// Thread-safe.
class hint_box {
public:
  void put(const std::string& name) {
    const std::lock_guard lock{mutex_};
    names_.insert(name);
    changed_.notify_all();
  }
  /// Returns false if no hint for the name arrives in time.
  [[nodiscard]] bool wait_for(const std::string& name) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{60}, [&] { return names_.contains(name); });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> names_;
};

} // namespace rota::tests
