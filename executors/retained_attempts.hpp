// The ended attempts whose output is kept.
#pragma once
#include "system/thread_safety.hpp"

#include <cstddef>
#include <deque>
#include <string>

namespace rota::executors {

/// The entries of a folder of ended attempts, of which the newest are kept. Thread-safe.
class retained_attempts {
public:
  static constexpr std::size_t kept = 10'000;

  /// Reads the folder's names, in the order of their last changes. Called once, before add().
  void open(const std::string& folder);
  /// Adds an entry of the folder, and deletes the oldest ones beyond the limit.
  void add(std::string name);

private:
  std::string folder_; ///< Set by open().
  system::mutex mutex_;
  std::deque<std::string> names_ ROTA_GUARDED_BY(mutex_); ///< Oldest first.
};

} // namespace rota::executors
