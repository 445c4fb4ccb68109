// The ended attempts whose output is kept.
#pragma once
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace rota::executors {

/// The names in a folder of ended attempts, of which the newest are kept. Thread-safe.
class retained_attempts {
public:
  static constexpr std::size_t kept = 10'000;

  retained_attempts() = default;
  /// Reads the folder's names, in the order of their last changes.
  void read(const std::string& folder);
  /// Adds a name. Returns the names beyond the limit, which it removes.
  [[nodiscard]] std::vector<std::string> add(std::string name);

private:
  std::mutex mutex_;
  std::deque<std::string> names_; ///< Oldest first.
};

} // namespace rota::executors
