// Which ended attempts' output is kept.
#pragma once
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace rota::executors {

/// The names in a folder of ended attempts, of which the newest are kept. Thread-safe.
class ended_names {
public:
  static constexpr std::size_t kept = 10'000;

  ended_names() = default;
  /// Takes what the folder has, in the order in which it changed last.
  void read(const std::string& folder);
  /// One more; returns those that are too many now, and forgets them.
  [[nodiscard]] std::vector<std::string> add(std::string name);

private:
  std::mutex mutex_;
  std::deque<std::string> names_; ///< Oldest first.
};

} // namespace rota::executors
